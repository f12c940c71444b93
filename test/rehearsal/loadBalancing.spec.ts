import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { clockOf } from "../../automation/clock.ts";
import { createEc2, type SecurityGroup } from "../../rehearsal/clouds/aws/ec2.ts";
import { createLoadBalancing } from "../../rehearsal/clouds/aws/loadBalancing/index.ts";
import { securityGroupPolicy } from "../../rehearsal/clouds/aws/securityGroups.ts";
import { exchangeFor } from "../../rehearsal/clouds/aws/wire/index.ts";
import type { Part, Properties, World } from "../../rehearsal/clouds/world.ts";
import { Firewall } from "../../rehearsal/servers/firewall.ts";
import { Gates } from "../../rehearsal/servers/gates/index.ts";
import { startNameServer } from "../../rehearsal/twin/nameServer.ts";
import { claimNetwork } from "../../rehearsal/twin/network.ts";
import { createProcessTable } from "../../rehearsal/twin/processes.ts";
import { vpcs } from "../../rehearsal/worlds/redisNetwork.ts";
import { rejection } from "../support/rejection.ts";
import { account, callerOf, until } from "./trafficWorld.ts";

const PORT = 6379;
const HEALTH = 6381;
const LB = "aws:lb/loadBalancer:LoadBalancer";
const GROUP = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";
const ATTACHMENT = "aws:lb/targetGroupAttachment:TargetGroupAttachment";

describe("load balancing in a twin", function () {
  this.timeout(30_000);
  const dir = mkdtempSync(join(tmpdir(), "godwit-elb-"));
  const processes = createProcessTable(dir);
  const servers: Server[] = [];
  let world: World;
  let names: Awaited<ReturnType<typeof startNameServer>>;
  let firewall: Firewall;
  let part: Part;
  let tasks: string;
  let listening: string;
  let groups: { balancer: SecurityGroup; relays: SecurityGroup };

  before(async () => {
    const network = await claimNetwork(async () => {});
    names = await startNameServer(network.claim("dns"), network.port(53));
    world = { dir, processes, network, names, account, clock: clockOf(1e5) } as unknown as World;
    Object.assign(world, { guestEnv: {}, log: () => {} });
    firewall = new Firewall(new Gates({ dir, processes, guestEnv: {} }));
    groups = { balancer: securityGroup("balancer", "tasks"), relays: relaysGroup() };
    const all = [groups.balancer, groups.relays, securityGroup("tasks", "none")];
    const ec2 = createEc2(world, vpcs, all, () => firewall.refresh());
    await firewall.decideBy(securityGroupPolicy(ec2.network));
    tasks = network.claim("task");
    await firewall.place(tasks, ["tasks"]);
    listening = network.claim("relay behind");
    await startRelay(listening);
    const place = { behind: listening, zone: "us-east-1a", groups: ["relays"] };
    const machine = (id: string) =>
      id === "i-1" ? { ...place, delayMs: 0, cut: false } : undefined;
    part = createLoadBalancing(world, { network: ec2.network, firewall, machine });
  });

  after(async () => {
    await part?.stop?.();
    await processes.stopAll();
    await names?.close();
    for (const server of servers) server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function startRelay(host: string): Promise<void> {
    const clients = createServer((socket) => socket.end(socket.remoteAddress!));
    const health = createHttpServer((_, response) => void response.end("serving\n"));
    servers.push(clients, health);
    clients.listen(PORT, host);
    health.listen(HEALTH, host);
    await Promise.all([once(clients, "listening"), once(health, "listening")]);
  }

  const kind = (type: string) => part.kinds!.find((each) => each.type === type)!;
  const create = (type: string, inputs: Properties) => kind(type).create(inputs);
  const call = <Output>(action: string, input: object) => callerOf(part)<Output>(action, input);
  const balancerInputs = {
    name: "acme-relays",
    internal: true,
    loadBalancerType: "network",
    subnets: ["subnet-0acme1", "subnet-0acme2"],
    securityGroups: ["balancer"],
    enableCrossZoneLoadBalancing: true,
    tags: { Application: "acme" },
  };
  const groupInputs = {
    name: "acme-relays",
    port: PORT,
    protocol: "TCP",
    vpcId: "vpc-0acme",
    deregistrationDelay: 5,
    connectionTermination: true,
    healthCheck: { protocol: "HTTP", port: String(HEALTH), path: "/healthz", interval: 10 },
  };

  /** What a task gets at this address. */
  async function ask(host: string): Promise<string> {
    const socket = connect({ host, port: PORT, localAddress: tasks });
    return await new Promise((resolve) => {
      socket.once("data", (chunk) => resolve(String(chunk)));
      socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
    });
  }

  /** The address that a client takes: the first one. */
  async function resolved(name: string): Promise<string> {
    const resolver = new Resolver();
    resolver.setServers([names.address]);
    return (await resolver.resolve4(name))[0]!;
  }

  it("forwards from both subnets by its name, as long as the rules allow it, until it is deleted", async () => {
    const balancer = await create(LB, balancerInputs);
    const targets = await create(GROUP, groupInputs);
    const groupArn = targets.id;
    await create(ATTACHMENT, { targetGroupArn: groupArn, targetId: "i-1", port: PORT });
    const health = async () => {
      const { TargetHealthDescriptions: found } = await call<{
        TargetHealthDescriptions: { TargetHealth: { State: string } }[];
      }>("DescribeTargetHealth", { TargetGroupArn: groupArn });
      return found[0]!.TargetHealth.State;
    };
    expect(await health()).to.equal("unused");
    const listener = await create(LISTENER, {
      loadBalancerArn: balancer.id,
      port: PORT,
      protocol: "TCP",
      tcpIdleTimeoutSeconds: 6_000,
      defaultActions: [{ type: "forward", targetGroupArn: groupArn }],
    });
    await until("healthy", async () => (await health()) === "healthy");
    const { dnsName } = balancer.outputs as { dnsName: string };
    expect(dnsName).to.match(/^acme-relays-[0-9a-f]{16}\.elb\.us-east-1\.amazonaws\.com$/);
    const hosts = names.find(dnsName, "A")!.values;
    expect(await Promise.all([resolved(dnsName), resolved(dnsName)])).to.have.members(hosts);
    for (const host of hosts) expect(await ask(host)).to.equal(tasks);

    groups.balancer.ingress = [];
    await firewall.refresh();
    expect(await ask(hosts[0]!)).to.equal("ECONNRESET");
    groups.balancer.ingress = securityGroup("balancer", "tasks").ingress;
    groups.relays.ingress = relaysGroup().ingress.filter(({ fromPort }) => fromPort === PORT);
    await firewall.refresh();
    await until("unhealthy", async () => (await health()) === "unhealthy");

    const inUse = await rejection(kind(GROUP).delete(groupArn, {}));
    expect(inUse).to.include({ code: "ResourceInUse" });
    await kind(LISTENER).delete(listener.id, {});
    await kind(LB).delete(balancer.id, balancer.outputs);
    await kind(GROUP).delete(groupArn, {});
    expect(names.find(dnsName, "A")).to.equal(undefined);
    expect(await ask(hosts[0]!)).to.equal("ECONNREFUSED");
  });

  it("is found by its name, with its tags, and imported with what describes it", async () => {
    const { id, outputs } = await create(LB, { ...balancerInputs, name: "acme-other" });
    const found = await call<{ LoadBalancers: object[] }>("DescribeLoadBalancers", {
      Names: ["acme-other"],
    });
    expect(found.LoadBalancers[0]).to.include({ LoadBalancerArn: id, Type: "network" });
    expect(await call("DescribeTags", { ResourceArns: [id] })).to.deep.include({
      TagDescriptions: [{ ResourceArn: id, Tags: [{ Key: "Application", Value: "acme" }] }],
    });
    const { inputs } = (await kind(LB).read(id, {}))!;
    expect(inputs).to.deep.equal({ ...balancerInputs, name: "acme-other" });
    const twice = await rejection(create(LB, { ...balancerInputs, name: "acme-other" }));
    expect(twice).to.include({ code: "DuplicateLoadBalancerName" });
    const none = await rejection(call("DescribeLoadBalancers", { Names: ["none"] }));
    expect(none).to.include({ code: "LoadBalancerNotFound" });
    await kind(LB).delete(id, outputs);
  });

  it("refuses what the provider or the service refuses", async () => {
    const reasons = (type: string, inputs: Properties) =>
      kind(type).check!(inputs).map(({ property }) => property);
    expect(reasons(LB, balancerInputs)).to.eql([]);
    expect(reasons(LB, { ...balancerInputs, name: "x".repeat(33) })).to.eql(["name"]);
    expect(reasons(LB, { ...balancerInputs, internal: false })).to.eql(["internal"]);
    expect(reasons(GROUP, groupInputs)).to.eql([]);
    expect(reasons(GROUP, { ...groupInputs, healthCheck: { interval: 1 } })).to.eql([
      "healthCheck",
    ]);
    expect(reasons(LISTENER, { protocol: "TCP", tcpIdleTimeoutSeconds: 6_001 })).to.eql([
      "tcpIdleTimeoutSeconds",
    ]);
    const { id } = await create(GROUP, { ...groupInputs, name: "acme-empty" });
    const gone = create(ATTACHMENT, { targetGroupArn: id, targetId: "i-gone" });
    expect(await rejection(gone)).to.include({ code: "InvalidTarget" });
  });

  it("is asked and answers in Query, with lists as members", async () => {
    const body = Buffer.from(
      "Action=DescribeLoadBalancers&Version=2015-12-01&Names.member.1=a&Names.member.2=b",
    );
    const asked = { method: "POST", url: "/", headers: {}, body };
    const exchange = exchangeFor("elasticloadbalancing", asked, "id");
    expect(exchange.action).to.equal("DescribeLoadBalancers");
    expect(await exchange.input()).to.deep.equal({ Names: ["a", "b"] });
    const answer = await exchange.answer({
      LoadBalancers: [{ DNSName: "a<b", Scheme: undefined }],
    });
    expect(answer.body).to.equal(
      "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers><member>" +
        "<DNSName>a&#60;b</DNSName></member></LoadBalancers></DescribeLoadBalancersResult>" +
        "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></DescribeLoadBalancersResponse>",
    );
  });
});

/** A group that lets in `from` on the port of clients, and everything out. */
function securityGroup(id: string, from: string, ports: readonly number[] = [PORT]): SecurityGroup {
  const rule = { protocol: "tcp", groupId: from };
  const out = { id: "out", protocol: "-1", fromPort: -1, toPort: -1, cidr: "0.0.0.0/0" };
  return {
    id,
    name: id,
    vpcId: "vpc-0acme",
    description: "",
    tags: {},
    ingress: ports.map((port) => ({ ...rule, id: `in-${port}`, fromPort: port, toPort: port })),
    egress: [out],
  };
}

function relaysGroup(): SecurityGroup {
  return securityGroup("relays", "balancer", [PORT, HEALTH]);
}
