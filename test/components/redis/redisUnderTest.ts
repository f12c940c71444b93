import { expect } from "chai";
import type { EncryptedRedisArgs } from "../../../components/redis/args.ts";
import type { EncryptedRedis } from "../../../components/redis/encryptedRedis.ts";
import { MockCloud } from "../../support/mocks.ts";
import type { Declared } from "../../support/mocks.ts";

export const SOURCE = "source.cache.test";
export const PRIMARY = "master.acme-redis-encrypted.cache.test";
export const TOPIC = "arn:aws:sns:us-east-1:123456789012:ops";
export const NEW_KEY = "arn:aws:kms:us-east-1:123456789012:key/new";
export const TAGS = {
  application: "acme",
  environment: "test",
  "managed-by": "godwit",
  "data-class": "confidential",
};

export const baseArgs: EncryptedRedisArgs = {
  app: "acme",
  environment: "test",
  dataClass: "confidential",
  stage: "prepare",
  seed: { from: "snapshot", name: "snap-1" },
  source: { clusterId: "acme-redis-production" },
  engineVersion: "7.1",
  nodeType: "cache.t3.micro",
  kms: { create: true },
  network: {
    vpcId: "vpc-0acme",
    subnetGroup: { existing: "acme-cache-subnet-production" },
    securityGroup: { create: { allowFrom: ["sg-0acmetasks"] } },
  },
  record: { zoneId: "Z0ACME", name: "redis.acme.internal" },
  alarms: { topicArn: TOPIC },
};

/** Lets the tests of a suite build the component, each with a cloud of its own. */
export class RedisUnderTest {
  readonly cloud = new MockCloud();
  #component: typeof EncryptedRedis | undefined;

  /** Call it in a suite, outside its tests. */
  constructor() {
    before(async () => {
      await this.cloud.install();
      const module = await import("../../../components/redis/encryptedRedis.ts");
      this.#component = module.EncryptedRedis;
    });
    beforeEach(() => this.cloud.reset());
  }

  build(changes: Partial<EncryptedRedisArgs> = {}): EncryptedRedis {
    return new this.#component!(
      "redis",
      { ...baseArgs, ...changes },
      {
        transformations: [this.cloud.watch],
      },
    );
  }

  async declare(changes: Partial<EncryptedRedisArgs> = {}): Promise<Declared[]> {
    this.build(changes);
    return await this.cloud.declared();
  }

  /** The one child of that name. */
  async child(name: string, changes: Partial<EncryptedRedisArgs> = {}): Promise<Declared> {
    const found = (await this.declare(changes)).filter((resource) => resource.name === name);
    expect(found, name).to.have.length(1);
    return found[0]!;
  }
}
