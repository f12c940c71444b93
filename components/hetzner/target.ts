import * as pulumi from "@pulumi/pulumi";
import type { SettingsOf } from "../config.ts";
import { SettingsError } from "../config.ts";
import { hetznerCost } from "./cost.ts";
import { HetznerCluster } from "./hetznerCluster.ts";
import { hetznerArgs } from "./stackArgs.ts";

/** Declares what the settings of the target `hetzner` ask for, and returns the stack's outputs. */
export function hetznerTarget(settings: SettingsOf<"hetzner">): Record<string, unknown> {
  const given = { environment: pulumi.getStack(), hcloudToken: hcloudToken() };
  const cluster = new HetznerCluster("cluster", hetznerArgs(settings, given));
  return {
    address: cluster.address,
    tunnelEndpoint: cluster.tunnelEndpoint,
    machines: cluster.machines,
    volumeId: cluster.volumeId,
    buckets: cluster.buckets,
    storageEndpoint: cluster.storageEndpoint,
    environment: cluster.environment,
    environmentChange: cluster.environmentChange,
    manifests: cluster.manifests,
    secretManifests: cluster.secretManifests,
    monthlyCost: hetznerCost(settings),
  };
}

/** The provider's own token, wherever the provider has it from. */
function hcloudToken(): pulumi.Input<string> {
  const configured = new pulumi.Config("hcloud").getSecret("token");
  const token = configured ?? process.env["HCLOUD_TOKEN"];
  if (token !== undefined) return token;
  throw new SettingsError([
    {
      key: "hcloud:token",
      wrong:
        "is missing, and so is HCLOUD_TOKEN in the environment: nothing can be built at Hetzner",
      example: "pulumi config set --secret hcloud:token",
    },
  ]);
}
