import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { parseSettings } from "../../components/config.ts";
import { MockCloud } from "../support/mocks.ts";
import { answerForCdn, baseArgs } from "./cdn/cdnUnderTest.ts";
import { answerForHetzner, baseArgs as hetznerArgs } from "./hetzner/clusterUnderTest.ts";
import { answerForHipaa, hipaaSamples } from "./hipaa/parts.ts";
import { parseRedis, rawRelay, rawSettings, redisSettings } from "./settings.ts";
import { answerForWeb, fullArgs as fullWebArgs } from "./web/webUnderTest.ts";

const folder = fileURLToPath(new URL("../../components", import.meta.url));

interface Sample {
  readonly file: string;
  readonly type: string;
  readonly name: string;
  /** Builds it with as many children as it can have, under a name of our own. */
  build(opts: pulumi.ComponentResourceOptions): Promise<pulumi.ComponentResource>;
}

const owner = { app: "acme", environment: "test", dataClass: "confidential" } as const;

const samples: Sample[] = [
  {
    file: "redis/encryptedRedis.ts",
    type: "godwit:redis:EncryptedRedis",
    name: "other",
    build: async (opts) => {
      const { EncryptedRedis } = await import("../../components/redis/encryptedRedis.ts");
      const { redisArgs } = await import("../../components/redis/target.ts");
      const subnetGroup = { create: { subnetIds: ["subnet-1", "subnet-2"] } };
      const redis = {
        ...redisSettings,
        network: { ...redisSettings.network, subnetGroup },
        alarms: { email: "ops@example.com" },
      };
      const settings = parseRedis(rawRelay({ "godwit:redis": JSON.stringify(redis) }));
      const [vpcId, host] = [pulumi.output("vpc-0acme"), pulumi.output("relays.elb.test")];
      const relay = { securityGroupId: pulumi.output("sg-0relays"), vpcId, host };
      const args = { ...redisArgs(settings, "test", { relay }), tokenRotation: "added" as const };
      return new EncryptedRedis("other", args, opts);
    },
  },
  {
    file: "mover/place.ts",
    type: "godwit:mover:MoverPlace",
    name: "other",
    build: async (opts) => {
      const { MoverPlace } = await import("../../components/mover/place.ts");
      return new MoverPlace("other", { ...owner, subnetId: "subnet-1" }, opts);
    },
  },
  {
    file: "mover/mover.ts",
    type: "godwit:mover:Mover",
    name: "other",
    build: async (opts) => {
      const { Mover } = await import("../../components/mover/mover.ts");
      const { moverArgs } = await import("./mover/moverArgs.ts");
      return new Mover("other", moverArgs(), opts);
    },
  },
  {
    file: "relay/place.ts",
    type: "godwit:relay:RelayPlace",
    name: "other",
    build: async (opts) => {
      const { RelayPlace } = await import("../../components/relay/place.ts");
      const { relayPlaceArgs } = await import("./relay/relaysArgs.ts");
      return new RelayPlace("other", relayPlaceArgs(), opts);
    },
  },
  {
    file: "relay/relays.ts",
    type: "godwit:relay:Relays",
    name: "other",
    build: async (opts) => {
      const { Relays } = await import("../../components/relay/relays.ts");
      const { relaysArgs } = await import("./relay/relaysArgs.ts");
      return new Relays("other", relaysArgs(), opts);
    },
  },
  {
    file: "cdn/assetsCdn.ts",
    type: "godwit:cdn:AssetsCdn",
    name: "other",
    build: async (opts) => {
      const { AssetsCdn } = await import("../../components/cdn/assetsCdn.ts");
      const writer = { role: { create: true } } as const;
      return new AssetsCdn("other", { ...baseArgs, writer, redirectUploads: true }, opts);
    },
  },
  {
    file: "hetzner/hetznerCluster.ts",
    type: "godwit:hetzner:HetznerCluster",
    name: "other",
    build: async (opts) => {
      const { HetznerCluster } = await import("../../components/hetzner/hetznerCluster.ts");
      return new HetznerCluster("other", hetznerArgs(), opts);
    },
  },
  ...hipaaSamples,
  {
    file: "web/webApp.ts",
    type: "godwit:web:WebApp",
    name: "other",
    build: async (opts) => {
      const { WebApp } = await import("../../components/web/webApp.ts");
      return new WebApp("other", fullWebArgs, opts);
    },
  },
  {
    file: "stage.ts",
    type: "godwit:stage:Record",
    name: "stage",
    build: async (opts) => {
      const { StageRecord } = await import("../../components/stage.ts");
      return new StageRecord(parseSettings(rawSettings()), opts);
    },
  },
];

describe("every component", () => {
  const cloud = new MockCloud();

  before(() => cloud.install());
  beforeEach(() => {
    cloud.reset();
    answerForCdn(cloud);
    answerForWeb(cloud);
    answerForHetzner(cloud);
    answerForHipaa(cloud);
  });

  it("has a sample here", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const components = files.filter((file) =>
      readFileSync(join(folder, file), "utf8").includes("extends pulumi.ComponentResource"),
    );
    expect(components).to.have.members(samples.map(({ file }) => file));
  });

  for (const { file, type, name, build } of samples) {
    describe(file, () => {
      it("has its type, and children that start with its name and have it as parent", async () => {
        await build({ transformations: [cloud.watch] });
        const [itself, ...children] = await cloud.declared();
        expect(itself).to.include({ type, name });
        for (const child of children) {
          expect(child.name, child.urn).to.match(new RegExp(`^${name}-`));
          expect(child.urn).to.include(`::${type}$${child.type}::`);
        }
      });

      it("sets every public field", async () => {
        const component = await build({ transformations: [cloud.watch] });
        const unset = Object.entries(component).filter(
          ([field, value]) => !field.startsWith("__") && value === undefined,
        );
        expect(unset.map(([field]) => field)).to.deep.equal([]);
      });
    });
  }
});
