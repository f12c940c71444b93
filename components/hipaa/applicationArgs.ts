import type * as pulumi from "@pulumi/pulumi";
import type { ComputeChoices } from "./compute/choices.ts";
import type { HipaaBuckets } from "./data/hipaaBuckets.ts";
import type { DeployerChoice } from "./deploy/deployer.ts";
import type { CertificateChoice } from "./edge/certificate.ts";
import type { ZoneChoice } from "./edge/zone.ts";
import type { HipaaKeys } from "./keys/hipaaKeys.ts";
import type { HipaaNetwork } from "./network/hipaaNetwork.ts";
import type { HipaaOwnership } from "./whole.ts";

/** Arguments of `HipaaApplication`. */
export interface HipaaApplicationArgs extends HipaaOwnership {
  /** Whether users are led here: the name points at it, and ill instances are replaced. */
  readonly serving: boolean;

  readonly network: Pick<HipaaNetwork, "vpcId" | "subnetIds" | "groupIds">;
  readonly keys: Pick<HipaaKeys, "data" | "secrets" | "logs">;
  readonly buckets: Pick<
    HipaaBuckets,
    "uploads" | "backups" | "deployments" | "logs" | "logPolicy"
  >;
  /** What an instance may read. */
  readonly secretArns: readonly pulumi.Input<string>[];
  /** Who hears of deployments that fail. */
  readonly topicArn: pulumi.Input<string>;

  /**
   * One of the three: a new certificate for the domain, an existing one of the region, or one bought elsewhere.
   *
   * @example { create: { validation: "DNS" } }
   */
  readonly certificate: CertificateChoice;

  /**
   * The users' name for it.
   *
   * @default the balancer's own name
   */
  readonly domain?: { readonly name: string; readonly zone: ZoneChoice } | undefined;

  readonly compute?: ComputeChoices;

  /**
   * Whether the balancer refuses to be deleted.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * The workflow that deploys.
   *
   * @default no role for it
   */
  readonly deployer?: DeployerChoice | undefined;

  /**
   * Days for which logs are kept.
   *
   * @default 90
   */
  readonly logDays?: number;
}
