import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createEc2, type Rule, type SecurityGroup } from "../../rehearsal/clouds/aws/ec2.ts";
import { securityGroupPolicy } from "../../rehearsal/clouds/aws/securityGroups.ts";
import type { World } from "../../rehearsal/clouds/world.ts";
import { Firewall } from "../../rehearsal/servers/firewall.ts";
import { Gates } from "../../rehearsal/servers/gates/index.ts";
import { createProcessTable } from "../../rehearsal/twin/processes.ts";
import { claimNetwork } from "../../rehearsal/twin/network.ts";
import { vpcs } from "../../rehearsal/worlds/redisNetwork.ts";
import { startRedis } from "./trafficWorld.ts";

const PORT = 6379;

function group(id: string, ingress: Partial<Rule>[], egress: Partial<Rule>[]): SecurityGroup {
  const rule = (given: Partial<Rule>): Rule => ({
    id: "rule",
    protocol: "tcp",
    fromPort: PORT,
    toPort: PORT,
    ...given,
  });
  return {
    id,
    name: id,
    vpcId: "vpc-0acme",
    description: "",
    tags: {},
    ingress: ingress.map(rule),
    egress: egress.map(rule),
  };
}

const anywhere = { protocol: "-1", fromPort: -1, toPort: -1, cidr: "0.0.0.0/0" };

describe("security groups in a twin", () => {
  const cases: { what: string; groups: SecurityGroup[]; to?: string[]; passes: boolean }[] = [
    {
      what: "a rule that names the caller's group",
      groups: [group("from", [], [anywhere]), group("to", [{ groupId: "from" }], [])],
      passes: true,
    },
    {
      what: "a rule that names another group",
      groups: [group("from", [], [anywhere]), group("to", [{ groupId: "other" }], [])],
      passes: false,
    },
    {
      what: "a rule for another port",
      groups: [
        group("from", [], [anywhere]),
        group("to", [{ groupId: "from", fromPort: 1, toPort: 6378 }], []),
      ],
      passes: false,
    },
    {
      what: "a rule for another protocol",
      groups: [
        group("from", [], [anywhere]),
        group("to", [{ groupId: "from", protocol: "udp" }], []),
      ],
      passes: false,
    },
    {
      what: "a range that holds the VPC",
      groups: [group("from", [], [anywhere]), group("to", [{ cidr: "10.0.0.0/8" }], [])],
      passes: true,
    },
    {
      what: "a range beside the VPC",
      groups: [group("from", [], [anywhere]), group("to", [{ cidr: "10.21.0.0/16" }], [])],
      passes: false,
    },
    {
      what: "a caller that may not go out",
      groups: [group("from", [], []), group("to", [{ groupId: "from" }], [])],
      passes: false,
    },
    {
      what: "a caller that may go out to that group",
      groups: [group("from", [], [{ groupId: "to" }]), group("to", [{ groupId: "from" }], [])],
      passes: true,
    },
    {
      what: "one of the server's groups lets in",
      groups: [
        group("from", [], [anywhere]),
        group("closed", [], []),
        group("to", [{ groupId: "from" }], []),
      ],
      to: ["closed", "to"],
      passes: true,
    },
    { what: "groups that are gone", groups: [], passes: false },
  ];
  for (const { what, groups, to = ["to"], passes } of cases) {
    it(`${passes ? "let through" : "keep out"}: ${what}`, () => {
      const { network } = createEc2({} as World, vpcs, groups, async () => {});
      expect(securityGroupPolicy(network)(["from"], to, PORT)).to.equal(passes);
    });
  }
});

describe("a data server's gate", function () {
  this.timeout(30_000);
  const dir = mkdtempSync(join(tmpdir(), "godwit-gate-"));
  const processes = createProcessTable(dir);
  const sockets: Socket[] = [];
  let prefix: string;
  let firewall: Firewall;
  let allowed: string[];

  before(async () => {
    ({ prefix } = await claimNetwork(async () => {}));
    const place = { front: `${prefix}.20`, back: `${prefix}.21`, port: PORT };
    await startRedis(processes, place.back);
    firewall = new Firewall(new Gates({ dir, processes, guestEnv: {} }));
    await firewall.guard(place, () => ["server"]);
    await firewall.decideBy(([from = ""]) => allowed.includes(from));
  });
  beforeEach(async () => {
    allowed = ["tasks"];
    await firewall.refresh();
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  after(async () => {
    await processes.stopAll();
    rmSync(dir, { recursive: true, force: true });
  });

  const open = (localAddress: string) => {
    const socket = connect({ host: `${prefix}.20`, port: PORT, localAddress });
    sockets.push(socket);
    return socket;
  };
  const ask = async (socket: Socket, command: string) => {
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    return String(answer);
  };
  const outcome = (localAddress: string) =>
    ask(open(localAddress), "PING").then(
      (answer) => answer.trim(),
      (error: NodeJS.ErrnoException) => error.code,
    );

  it("lets a machine of an allowed group through, under its own address", async () => {
    await firewall.place(`${prefix}.30`, ["tasks"]);
    expect(await ask(open(`${prefix}.30`), "CLIENT LIST")).to.include(` addr=${prefix}.30:`);
  });

  it("resets everyone else: other groups, no machine at all, the driver", async () => {
    await firewall.place(`${prefix}.31`, ["others"]);
    for (const address of [`${prefix}.31`, `${prefix}.32`, "127.0.0.1"]) {
      expect(await outcome(address), address).to.equal("ECONNRESET");
    }
  });

  it("decides anew when rules or machines change, for new connections", async () => {
    await firewall.place(`${prefix}.33`, ["tasks"]);
    const before = open(`${prefix}.33`);
    expect(await ask(before, "PING")).to.equal("+PONG\r\n");
    allowed = [];
    await firewall.refresh();
    expect(await outcome(`${prefix}.33`)).to.equal("ECONNRESET");
    expect(await ask(before, "PING")).to.equal("+PONG\r\n");
    allowed = ["tasks"];
    await firewall.refresh();
    expect(await outcome(`${prefix}.33`)).to.equal("+PONG");
    await firewall.remove(`${prefix}.33`);
    expect(await outcome(`${prefix}.33`)).to.equal("ECONNRESET");
  });

  it("opens to whoever inspects it, when asked to", async () => {
    expect(await outcome("127.0.0.1")).to.equal("ECONNRESET");
    await firewall.openTo("127.0.0.1");
    expect(await outcome("127.0.0.1")).to.equal("+PONG");
  });

  it("keeps its network from the next twin, although nobody holds that", async () => {
    const tried: string[] = [];
    const listen = async (host: string) => void tried.push(host);
    const network = await claimNetwork(listen, Number(prefix.split(".")[2]));
    expect(network.prefix).not.to.equal(prefix);
    expect(tried).not.to.include(`${prefix}.1`);
  });
});
