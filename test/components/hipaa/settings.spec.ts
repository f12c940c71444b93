import { expect } from "chai";
import type { Problem } from "../../../components/config.ts";
import { problemsOf } from "../settings.ts";
import type { RawSettings } from "../settings.ts";
import { parseHipaa, rawHipaa, rawHipaaStack } from "./settings.ts";

describe("settings of a stack of target hipaa", () => {
  it("are filled up with the defaults", () => {
    const { stage, dataClass, hipaa } = parseHipaa(rawHipaaStack());
    expect({ stage, dataClass }).to.deep.equal({ stage: "prepare", dataClass: "phi" });
    expect(hipaa.network.create).to.deep.equal({ cidr: "10.0.0.0/16", peers: [] });
    expect(hipaa.compute).to.include({ instanceType: "t3.medium", minimum: 2, maximum: 6 });
    expect(hipaa.database).to.include({
      instanceClass: "db.t3.medium",
      engineVersion: "16",
      storageGiB: 100,
      backupRetentionDays: 15,
      maintenanceWindow: "sun:04:00-sun:05:00",
    });
    expect(hipaa.cache).to.deep.equal({
      nodeType: "cache.t3.medium",
      replicas: 1,
      snapshotRetentionDays: 15,
    });
    expect(hipaa).to.include({ deletionProtection: true, budget: 700, logDays: 90 });
  });

  describe("that are wrong are refused by name", () => {
    const created = (create: object) => rawHipaa({ network: { create } });
    const foreign =
      "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000";
    const cases: { what: string; raw: RawSettings; problem: Partial<Problem> }[] = [
      {
        what: "a region outside Canada",
        raw: rawHipaaStack({ "aws:region": "us-east-1" }),
        problem: {
          key: "aws:region",
          wrong: "is us-east-1, but health data stays in Canada: ca-central-1 or ca-west-1",
          example: "ca-central-1",
        },
      },
      {
        what: "no region",
        raw: rawHipaaStack({ "aws:region": undefined }),
        problem: { key: "aws:region", example: "ca-central-1" },
      },
      {
        what: "data that is not health data",
        raw: rawHipaaStack({ "godwit:dataClass": "internal" }),
        problem: { key: "godwit:dataClass", example: "phi" },
      },
      {
        what: "production without deletion protection",
        raw: { ...rawHipaa({ deletionProtection: false }), "godwit:production": "true" },
        problem: { key: "godwit:hipaa.deletionProtection", example: "true" },
      },
      {
        what: "a range that overlaps another network's",
        raw: created({ cidr: "10.0.0.0/16", peers: ["10.0.128.0/20"] }),
        problem: {
          key: "godwit:hipaa.network.create.cidr",
          wrong: "overlaps 10.0.128.0/20, a network that it is to be connected with",
        },
      },
      {
        what: "a range that is too small",
        raw: created({ cidr: "10.0.0.0/24" }),
        problem: { key: "godwit:hipaa.network.create.cidr", example: "10.0.0.0/16" },
      },
      {
        what: "a range that begins elsewhere",
        raw: created({ cidr: "10.0.5.0/16" }),
        problem: {
          key: "godwit:hipaa.network.create.cidr",
          wrong:
            "must begin where its range does, but is 10.0.5.0/16; that range begins at 10.0.0.0",
        },
      },
      {
        what: "a range of public addresses",
        raw: created({ cidr: "8.8.0.0/16" }),
        problem: { key: "godwit:hipaa.network.create.cidr" },
      },
      {
        what: "fewer than two zones",
        raw: created({ zones: ["ca-central-1a"] }),
        problem: { key: "godwit:hipaa.network.create.zones" },
      },
      {
        what: "one zone twice",
        raw: created({ zones: ["ca-central-1a", "ca-central-1a"] }),
        problem: {
          key: "godwit:hipaa.network.create.zones",
          example: "[ca-central-1a, ca-central-1b]",
        },
      },
      {
        what: "a zone of another region",
        raw: created({ zones: ["ca-central-1a", "us-east-1a"] }),
        problem: {
          key: "godwit:hipaa.network.create.zones",
          wrong: "must be zones of ca-central-1, but one is us-east-1a",
        },
      },
      {
        what: "a network both new and existing",
        raw: rawHipaa({ network: { create: {}, existing: {} } }),
        problem: { key: "godwit:hipaa.network" },
      },
      {
        what: "a certificate of another region",
        raw: rawHipaa({ certificate: { existing: foreign } }),
        problem: { key: "godwit:hipaa.certificate.existing" },
      },
      {
        what: "two certificates",
        raw: rawHipaa({ certificate: { create: {}, existing: foreign } }),
        problem: { key: "godwit:hipaa.certificate" },
      },
      {
        what: "a new certificate without a domain",
        raw: rawHipaa({ domain: undefined }),
        problem: { key: "godwit:hipaa.domain" },
      },
      {
        what: "a domain outside the zone",
        raw: rawHipaa({
          domain: { name: "app.other.example", zone: { id: "Z0ACME", name: "acme.example" } },
        }),
        problem: { key: "godwit:hipaa.domain.name", example: "app.acme.example" },
      },
      {
        what: "a zone both existing and new",
        raw: rawHipaa({
          domain: {
            name: "app.acme.example",
            zone: { id: "Z0ACME", create: true, name: "acme.example" },
          },
        }),
        problem: {
          key: "godwit:hipaa.domain.zone",
          wrong: "has both `id` and `create`; keep one",
        },
      },
      {
        what: "a threshold that no percentage reaches",
        raw: rawHipaa({ thresholds: { cpuPercent: 800 } }),
        problem: {
          key: "godwit:hipaa.thresholds.cpuPercent",
          wrong: "must be from 0 to 100, but is 800",
        },
      },
      {
        what: "a mover's subnet, which is one of the target's own",
        raw: rawHipaaStack({
          "godwit:mover": JSON.stringify({
            package: "s3://acme-artifacts/godwit-0.1.0.tgz",
            subnetId: "subnet-0a1b2c3d4e5f60718",
          }),
        }),
        problem: { key: "godwit:mover.subnetId" },
      },
      {
        what: "a private key in plain text",
        raw: rawHipaa({ certificate: { import: { certificate: "c", privateKey: "k" } } }),
        problem: {
          key: "godwit:hipaa.certificate.import.privateKey",
          example: "pulumi config set --secret --path 'godwit:hipaa.certificate.import.privateKey'",
        },
      },
      {
        what: "a PostgreSQL that is not 16",
        raw: rawHipaa({ database: { name: "validator", engineVersion: "13.4" } }),
        problem: { key: "godwit:hipaa.database.engineVersion", example: '"16"' },
      },
      {
        what: "backups for less than a week",
        raw: rawHipaa({ database: { name: "validator", backupRetentionDays: 1 } }),
        problem: { key: "godwit:hipaa.database.backupRetentionDays" },
      },
      {
        what: "one instance",
        raw: rawHipaa({ compute: { minimum: 1 } }),
        problem: { key: "godwit:hipaa.compute.minimum" },
      },
      {
        what: "more instances to begin with than there may be",
        raw: rawHipaa({ compute: { desired: 8 } }),
        problem: { key: "godwit:hipaa.compute" },
      },
      {
        what: "packages by plain HTTP, for which there is no way out",
        raw: rawHipaa({ compute: { packageMirror: "http://archive.ubuntu.com/ubuntu" } }),
        problem: { key: "godwit:hipaa.compute.packageMirror" },
      },
      {
        what: "a schedule that is none",
        raw: rawHipaa({ compute: { patchSchedule: "monthly" } }),
        problem: { key: "godwit:hipaa.compute.patchSchedule" },
      },
      {
        what: "an unknown key",
        raw: rawHipaa({ budgett: 5 }),
        problem: { key: "godwit:hipaa.budgett", wrong: "is not a setting; did you mean budget?" },
      },
    ];
    for (const { what, raw, problem } of cases) {
      it(what, () => {
        const found = problemsOf(raw).find(({ key }) => key === problem.key);
        expect(found).to.include(problem);
      });
    }
  });
});
