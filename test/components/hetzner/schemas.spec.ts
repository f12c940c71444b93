import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { versions } from "../../../components/hetzner/defaults.ts";
import { planOf } from "../../../components/hetzner/machines/plan.ts";
import { clusterManifests, secretManifests } from "../../../components/hetzner/manifests/index.ts";
import { redisManifests } from "../../../components/hetzner/manifests/redis.ts";
import { givenNames } from "../../../components/hetzner/environment.ts";
import type { Environment } from "../../../components/hetzner/environment.ts";
import type { Manifest } from "../../../components/hetzner/manifests/manifest.ts";
import { baseArgs } from "./clusterUnderTest.ts";

const VERSION = "1.31.5";
/** What others bring into the cluster with its own schemas: K3s, and cert-manager. */
const OTHERS = /^(helm\.cattle\.io|cert-manager\.io)\//;

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

/** `record.go` beside it says where it is from. */
const published = JSON.parse(
  readFileSync(new URL(`../../fixtures/kubernetes/v${VERSION}.json`, import.meta.url), "utf8"),
) as { readonly kinds: Record<string, object>; readonly $defs: object };

function schemaOf({ apiVersion, kind }: Manifest): z.ZodType {
  const root = published.kinds[`${apiVersion} ${kind}`];
  expect(root, `${apiVersion} ${kind}`).to.be.an("object");
  return z.fromJSONSchema({ ...root, $defs: published.$defs } as JsonSchema);
}

function problemsOf(manifest: Manifest): string[] {
  const issues = schemaOf(manifest).safeParse(manifest).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe(`the manifests, by the published types of Kubernetes ${VERSION}`, () => {
  const args = baseArgs();
  const values = {
    hcloudToken: "a",
    podVolumePassphrase: "b",
    redisPassword: "c",
    grafanaPassword: "d",
    environment: Object.fromEntries(givenNames.map((name) => [name, name])) as Environment,
    database: {
      passphrase: "e",
      password: "f",
      archivePassphrase: "g",
      archiveAccessKeyId: "h",
      archiveSecretAccessKey: "i",
    },
  };
  const files = {
    ...clusterManifests({ cloudName: "acme-test" }, args, planOf(args)),
    "0-secrets.yaml": secretManifests(values),
  };

  it("are of the version that K3s has", () => {
    expect(versions.k3s).to.match(new RegExp(`^v${VERSION}\\+`));
  });

  for (const [name, file] of Object.entries(files)) {
    it(`have only fields that there are, of the right type: ${name}`, () => {
      const objects = parseAllDocuments(file).map((document) => document.toJS() as Manifest);
      const own = objects.filter(({ apiVersion }) => !OTHERS.test(apiVersion));
      const found = own.flatMap((object) =>
        problemsOf(object).map((problem) => `${object.kind} ${object.metadata.name} ${problem}`),
      );
      expect(found).to.deep.equal([]);
    });
  }

  it("would be refused with a field misspelt, of another type, or missing", () => {
    const set = () =>
      structuredClone(redisManifests().find(({ kind }) => kind === "StatefulSet")!) as Manifest & {
        spec: Record<string, unknown>;
      };
    expect(problemsOf(set())).to.deep.equal([]);
    const [misspelt, otherType, missing] = [set(), set(), set()];
    misspelt.spec["replica"] = 1;
    otherType.spec["replicas"] = "one";
    delete missing.spec["selector"];
    expect(problemsOf(misspelt)).to.have.length(1);
    expect(problemsOf(otherType)).to.have.length(1);
    expect(problemsOf(missing)).to.have.length(1);
  });
});
