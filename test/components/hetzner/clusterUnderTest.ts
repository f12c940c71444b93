import type { HetznerArgs } from "../../../components/hetzner/args.ts";
import type { HetznerCluster } from "../../../components/hetzner/hetznerCluster.ts";
import { readTaskDefinition } from "../../../components/hetzner/manifests/taskDefinition.ts";
import { hetznerArgs } from "../../../components/hetzner/stackArgs.ts";
import type { Declared, MockCloud } from "../../support/mocks.ts";
import { ComponentUnderTest, only } from "../componentUnderTest.ts";
import { parseHetzner, rawHetzner } from "./settings.ts";

export const HCLOUD_TOKEN = "token-of-hetzner";
export const R2_TOKEN = "token-of-cloudflare";

/** What ECS answers about a task, in the parts that the tests look at. */
export const task = {
  family: "acme-api",
  cpu: "512",
  memory: "1024",
  containerDefinitions: [
    {
      name: "api",
      image: "registry.acme.example/api:1.4.2",
      user: "1000:1000",
      stopTimeout: 45,
      portMappings: [{ containerPort: 8080, protocol: "tcp" }],
      environment: [
        { name: "LOG_LEVEL", value: "info" },
        { name: "AWS_REGION", value: "us-east-1" },
        { name: "REDIS_HOST", value: "acme.cache.amazonaws.com" },
      ],
      secrets: [
        { name: "STRIPE_KEY", valueFrom: "arn:aws:secretsmanager:us-east-1:1:secret:stripe" },
        { name: "DATABASE_URL", valueFrom: "arn:aws:secretsmanager:us-east-1:1:secret:db" },
      ],
      healthCheck: { command: ["CMD-SHELL", "wget -qO- http://localhost:8080/health"] },
    },
  ],
};

export function baseArgs(): HetznerArgs {
  const settings = parseHetzner(rawHetzner());
  const args = hetznerArgs(settings, { environment: "test", hcloudToken: HCLOUD_TOKEN });
  const taskDefinition = readTaskDefinition(task);
  const workloads = [{ name: "api", taskDefinition, replicas: 2, host: "api.acme.example" }];
  return { ...args, workloads };
}

/** What the clouds say to a cluster. */
export function answerForHetzner({ states }: MockCloud): void {
  states["cloudflare:index/accountToken:AccountToken"] = () => ({ value: R2_TOKEN });
  states["hcloud:index/loadBalancer:LoadBalancer"] = () => ({
    ipv4: "203.0.113.80",
    ipv6: "2001:db8::80",
  });
  states["hcloud:index/server:Server"] = () => ({ ipv4Address: "198.51.100.10" });
}

/** Lets the tests of a suite build the component, with a cloud of its own. */
export class ClusterUnderTest extends ComponentUnderTest<HetznerCluster, HetznerArgs> {
  constructor() {
    super({
      name: "cluster",
      load: async () =>
        (await import("../../../components/hetzner/hetznerCluster.ts")).HetznerCluster,
      args: baseArgs,
      answer: answerForHetzner,
    });
  }
}

/** The one resource of that name. */
export function child(declared: readonly Declared[], name: string): Declared {
  return only(declared, `cluster-${name}`);
}
