import { expect } from "chai";
import type { HetznerArgs } from "../../../components/hetzner/args.ts";
import type { HetznerCluster } from "../../../components/hetzner/hetznerCluster.ts";
import { readTaskDefinition } from "../../../components/hetzner/manifests/taskDefinition.ts";
import { hetznerArgs } from "../../../components/hetzner/stackArgs.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";
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

const declarations = new Map<string, Promise<readonly Declared[]>>();

/** Lets the tests of a suite build the component, with a cloud of its own. */
export class ClusterUnderTest {
  readonly cloud = new MockCloud();
  #component: typeof HetznerCluster | undefined;

  /** Call it in a suite, outside its tests. */
  constructor() {
    before(async () => {
      await this.cloud.install();
      const module = await import("../../../components/hetzner/hetznerCluster.ts");
      this.#component = module.HetznerCluster;
    });
    beforeEach(() => {
      this.cloud.reset();
      answerForHetzner(this.cloud);
    });
  }

  build(changes: Partial<HetznerArgs> = {}): HetznerCluster {
    const opts = { transformations: [this.cloud.watch] };
    return new this.#component!("cluster", { ...baseArgs(), ...changes }, opts);
  }

  /** What is declared with these changes: once for all tests, since it is some fifty resources. */
  declare(changes: Partial<HetznerArgs> = {}): Promise<readonly Declared[]> {
    const key = JSON.stringify(changes);
    const known = declarations.get(key);
    if (known) return known;
    this.build(changes);
    const declared = this.cloud.declared();
    declarations.set(key, declared);
    return declared;
  }
}

/** The one resource of that name. */
export function child(declared: readonly Declared[], name: string): Declared {
  const found = declared.filter((resource) => resource.name === `cluster-${name}`);
  expect(found, name).to.have.length(1);
  return found[0]!;
}
