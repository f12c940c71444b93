import { expect } from "chai";
import { problemsOf } from "../settings.ts";
import { task } from "./clusterUnderTest.ts";
import { hetznerSettings, parseHetzner, rawHetzner } from "./settings.ts";

describe("settings of a stack of target hetzner", () => {
  it("are filled up with the defaults", () => {
    expect(parseHetzner(rawHetzner()).hetzner).to.deep.include({
      location: "fsn1",
      network: { cidr: "10.10.0.0/16", subnet: "10.10.1.0/24" },
      controlPlane: { serverType: "cpx22" },
      workers: { serverType: "cpx32", count: 3 },
      database: { serverType: "cpx32", volumeGb: 50 },
      loadBalancer: "lb11",
      workloads: [],
    });
  });

  it("take public keys for what they are, however random they look", () => {
    const publicKey = "aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3A=";
    const { admins } = parseHetzner(rawHetzner({ admins: [{ name: "ada", publicKey }] })).hetzner;
    expect(admins[0]?.publicKey).to.equal(publicKey);
  });

  const { cloudflare, buckets } = hetznerSettings;
  const workload = { name: "api", taskDefinition: task };
  const cases: {
    readonly what: string;
    readonly changes: Record<string, unknown>;
    readonly key: string;
    readonly says: RegExp;
  }[] = [
    {
      what: "a place that Hetzner does not have",
      changes: { location: "yul1" },
      key: "location",
      says: /one of fsn1/,
    },
    {
      what: "a machine with ARM cores",
      changes: { workers: { serverType: "cax21" } },
      key: "workers.serverType",
      says: /x86/,
    },
    {
      what: "a machine that is no longer sold",
      changes: { controlPlane: { serverType: "cx22" } },
      key: "controlPlane.serverType",
      says: /cx23–53/,
    },
    {
      what: "a machine that is no longer sold in Europe",
      changes: { database: { serverType: "cpx31" } },
      key: "database.serverType",
      says: /is cpx31, which Hetzner no longer sells in fsn1/,
    },
    {
      what: "more workers than there are addresses for",
      changes: { workers: { count: 21 } },
      key: "workers.count",
      says: /from 0 to 20/,
    },
    {
      what: "a volume that Hetzner does not make",
      changes: { database: { volumeGb: 5 } },
      key: "database.volumeGb",
      says: /from 10 to 10240/,
    },
    {
      what: "a network that is no range",
      changes: { network: { cidr: "10.10.1.0/16" } },
      key: "network.cidr",
      says: /begins at a multiple of its size/,
    },
    {
      what: "a network of the Internet",
      changes: { network: { cidr: "203.0.0.0/16", subnet: "203.0.1.0/24" } },
      key: "network.cidr",
      says: /not private/,
    },
    {
      what: "a network that overlaps with that of the pods",
      changes: { network: { cidr: "10.42.0.0/16", subnet: "10.42.1.0/24" } },
      key: "network.cidr",
      says: /overlaps with 10\.42\.0\.0\/16, which the pods/,
    },
    {
      what: "a subnet outside its network",
      changes: { network: { subnet: "10.11.1.0/24" } },
      key: "network.subnet",
      says: /not within godwit:hetzner.network.cidr/,
    },
    {
      what: "a subnet that is too small",
      changes: { network: { subnet: "10.10.1.0/28" } },
      key: "network.subnet",
      says: /too small/,
    },
    {
      what: "nobody who may manage it",
      changes: { admins: [] },
      key: "admins",
      says: /at least one administrator/,
    },
    {
      what: "a key that is no public key",
      changes: { admins: [{ name: "ada", publicKey: "abc" }] },
      key: "admins[0].publicKey",
      says: /WireGuard public key/,
    },
    {
      what: "one administrator twice",
      changes: { admins: [hetznerSettings.admins[0], hetznerSettings.admins[0]] },
      key: "admins[1].name",
      says: /there twice: ada/,
    },
    {
      what: "a domain outside the zone",
      changes: { buckets: { ...buckets, assetsDomain: "assets.other.example" } },
      key: "buckets.assetsDomain",
      says: /not in the zone acme\.example/,
    },
    {
      what: "a workload's host outside the zone",
      changes: { workloads: [{ ...workload, host: "api.other.example" }] },
      key: "workloads[0].host",
      says: /not in the zone acme\.example/,
    },
    {
      what: "a task definition without containers",
      changes: { workloads: [{ ...workload, taskDefinition: { family: "api" } }] },
      key: "workloads[0].taskDefinition",
      says: /cannot be carried over: containerDefinitions/,
    },
    {
      what: "a host that leads to no port",
      changes: {
        workloads: [
          {
            name: "api",
            taskDefinition: {
              family: "api",
              containerDefinitions: [{ name: "api", image: "registry.acme.example/api:1" }],
            },
            host: "api.acme.example",
          },
        ],
      },
      key: "workloads[0].taskDefinition",
      says: /no port mapping/,
    },
    {
      what: "an illegal bucket's name",
      changes: { buckets: { ...buckets, prefix: "Acme_Files" } },
      key: "buckets.prefix",
      says: /small letters, digits and hyphens/,
    },
    {
      what: "an id that is not Cloudflare's",
      changes: { cloudflare: { ...cloudflare, accountId: "acme" } },
      key: "cloudflare.accountId",
      says: /32 hexadecimal digits/,
    },
    {
      what: "an address with a password in it",
      changes: { alertWebhook: "https://user:hunter2@alerts.acme.example/" },
      key: "alertWebhook",
      says: /without user, password and query/,
    },
    {
      what: "an unknown key",
      changes: { worker: { count: 3 } },
      key: "worker",
      says: /did you mean workers/,
    },
  ];
  for (const { what, changes, key, says } of cases) {
    it(`are refused with ${what}`, () => {
      const problems = problemsOf(rawHetzner(changes));
      expect(problems.map((problem) => problem.key)).to.deep.equal([`godwit:hetzner.${key}`]);
      expect(problems[0]?.wrong).to.match(says);
      expect(problems[0]?.example).to.be.a("string");
    });
  }

  it("are refused in production without a worker", () => {
    const raw = { ...rawHetzner({ workers: { count: 0 } }), "godwit:production": "true" };
    const [problem, ...others] = problemsOf(raw);
    expect(others).to.deep.equal([]);
    expect(problem).to.deep.include({ key: "godwit:hetzner.workers.count", example: "3" });
    expect(problem?.wrong).to.include("in production");
  });

  it("are refused with protection from deletion turned off, which godwit:production alone decides", () => {
    const raw = { ...rawHetzner({ deleteProtection: false }), "godwit:production": "true" };
    const [problem, ...others] = problemsOf(raw);
    expect(others).to.deep.equal([]);
    expect(problem?.key).to.equal("godwit:hetzner.deleteProtection");
  });

  it("are refused with the provider's token in plain text", () => {
    const [problem, ...others] = problemsOf({ ...rawHetzner(), "hcloud:token": "aB3".repeat(22) });
    expect(others).to.deep.equal([]);
    expect(problem).to.include({
      key: "hcloud:token",
      example: "pulumi config set --secret hcloud:token",
    });
  });

  it("take a machine that is sold at their place only", () => {
    const workers = { serverType: "cpx31", count: 3 };
    expect(parseHetzner(rawHetzner({ location: "ash", workers })).hetzner.workers).to.deep.equal(
      workers,
    );
  });

  it("of another target are refused by name", () => {
    const problems = problemsOf({ ...rawHetzner(), "godwit:cdn": "{}" });
    expect(problems.map(({ key }) => key)).to.deep.equal(["godwit:cdn"]);
  });
});
