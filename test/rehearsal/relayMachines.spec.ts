import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { getPriority } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stringify } from "yaml";
import type { Properties } from "../../rehearsal/clouds/world.ts";
import { rejection } from "../support/rejection.ts";
import {
  environmentOf,
  GROUP,
  groupInputs,
  redis,
  sessionOf,
  startCloudTwin,
  until,
} from "./cloudTwin.ts";
import type { CloudTwin } from "./cloudTwin.ts";

const INSTANCE = "aws:ec2/instance:Instance";
const CLUSTER = "aws:elasticache/cluster:Cluster";
const CONTROL = 6380;

/** A machine that says it relays; what runs on it is a program that waits. */
const userData = `#cloud-config\n${stringify({
  write_files: [
    {
      path: "/etc/systemd/system/godwit-relay.service",
      content: [
        "ExecStart=/usr/local/bin/godwit worker --mover",
        "Environment=GODWIT_HOME=/var/lib/godwit",
        "Environment=GODWIT_ENGINE_SECRET=none",
        "Environment=AWS_REGION=us-east-1",
        "Environment=GODWIT_RELAY_NAME=relay-1",
        "Environment=GODWIT_RELAY_LISTEN=0.0.0.0",
      ].join("\n"),
    },
  ],
  runcmd: [["systemctl", "enable", "--now", "godwit-relay.service"]],
})}`;

describe("the relays' machines in a twin", function () {
  this.timeout(60_000);
  const sockets: Socket[] = [];
  let twin: CloudTwin;
  let relay: string;
  let mover: string;
  let task: string;
  let environment: Record<string, string>;
  let pid: number;
  let control: Server;

  before(async () => {
    twin = await startCloudTwin(["kill@relay:settling", "kill@mover:holding"]);
    await create("aws:iam/role:Role", { name: "acme" });
    await create("aws:iam/instanceProfile:InstanceProfile", { name: "acme", role: "acme" });
    const moverGroup = await group("acme-mover", []);
    const relays = await group("acme-relays", [moverGroup]);
    [relay, mover, task] = await Promise.all([
      machine("acme-relay-1", relays, userData),
      machine("acme-mover", moverGroup),
      machine("acme-task", "sg-0acmetasks"),
    ]);
    pid = relayPid();
    environment = environmentOf(pid);
    control = createServer((socket) => socket.on("error", () => {}).pipe(socket));
    control.listen(CONTROL, environment["TASK_LISTEN_ADDRESS"]);
    await once(control, "listening");
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  after(async () => {
    control?.close();
    await twin?.stop();
  });

  const create = (type: string, inputs: Properties) => twin.resource("create", type, { inputs });

  async function group(name: string, from: readonly string[]): Promise<string> {
    const rule = { protocol: "tcp", fromPort: CONTROL, toPort: CONTROL, securityGroups: from };
    const everywhere = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
    const inputs = { name, vpcId: "vpc-0acme", ingress: [rule], egress: [everywhere] };
    return (await create("aws:ec2/securityGroup:SecurityGroup", inputs)).id;
  }

  /** Returns its address. */
  async function machine(name: string, groupId: string, data = ""): Promise<string> {
    const { outputs } = await create(INSTANCE, {
      ami: "ami-1",
      subnetId: "subnet-0acme1",
      vpcSecurityGroupIds: [groupId],
      iamInstanceProfile: "acme",
      userData: data,
      tags: { Name: name },
    });
    return String(outputs["privateIp"]);
  }

  function relayPid(): number {
    const folder = join(twin.twin.dir, "processes");
    const records = readdirSync(folder).map(
      (file) =>
        JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid: number; name: string },
    );
    return records.find(({ name }) => name === "godwit-relay")!.pid;
  }

  function open(host: string, port: number, localAddress: string): Socket {
    const socket = connect({ host, port, localAddress });
    socket.on("error", () => {});
    sockets.push(socket);
    return socket;
  }

  /** What comes back, or why nothing does. */
  async function ask(socket: Socket): Promise<string> {
    return await new Promise((resolve) => {
      socket.once("data", (chunk) => resolve(String(chunk).trim()));
      socket.once("error", ({ code = "" }: NodeJS.ErrnoException) => resolve(code));
      socket.write("PING\r\n");
    });
  }
  const askControl = (from: string) => ask(open(relay, CONTROL, from));

  it("know where to listen, where to keep things, and when to die; and run as the clients' way", () => {
    expect(environment["TASK_ADDRESS"]).to.equal(relay);
    expect(environment["TASK_LISTEN_ADDRESS"])
      .to.match(/^127\.77\./)
      .and.not.equal(relay);
    expect(environment["GODWIT_HOME"]).to.equal(`${twin.twin.dir}/machines/acme-relay-1/godwit`);
    expect(environment["GODWIT_FAULTS"]).to.equal("kill@relay:settling");
    expect(getPriority(pid)).to.equal(0);
    expect(sessionOf(pid)).to.equal(pid);
  });

  it("let in on each port whom the rules let in there", async () => {
    expect(await askControl(mover)).to.equal("PING");
    expect(await askControl(task)).to.equal("ECONNRESET");
    expect(await askControl("127.0.0.1")).to.equal("ECONNRESET");
    expect(await ask(open(relay, 6379, mover))).to.equal("ECONNRESET");
  });

  it("have a way that can be slowed and cut", async () => {
    await twin.twin.inject("slow@relay:60");
    const since = performance.now();
    expect(await askControl(mover)).to.equal("PING");
    expect(performance.now() - since).to.be.greaterThan(110);
    await twin.twin.clearFaults();
    await twin.twin.inject("cut@relay:150");
    expect(await askControl(mover)).to.equal("ECONNRESET");
    await until(async () => ((await askControl(mover)) === "PING" ? true : undefined));
  });

  it("are not told of a phase to die in when they run already", async () => {
    expect(await rejection(twin.twin.inject("kill@relay:serving"))).to.match(/too late/);
  });

  it("keep the source to themselves once its groups were replaced, but for open connections", async () => {
    const { "redis.source": source } = await twin.twin.endpoints();
    const { host, port } = source!;
    const before = open(host, port, task);
    expect(await ask(before)).to.equal("+PONG");
    const id = "acme-redis-production";
    const { inputs, outputs } = await twin.resource<{ inputs: Properties; outputs: Properties }>(
      "read",
      CLUSTER,
      { id },
    );
    const fence = await group("acme-fence", []);
    const fenced = { ...inputs, securityGroupIds: [fence] };
    await twin.resource("update", CLUSTER, { id, inputs: fenced, state: outputs });
    expect(await ask(open(host, port, task))).to.equal("ECONNRESET");
    expect(await ask(before)).to.equal("+PONG");
    await twin.resource("update", CLUSTER, { id, inputs, state: outputs });
    expect(await ask(open(host, port, task))).to.equal("+PONG");
  });

  it("have a target whose token is added beside the old one, then left alone", async () => {
    const first = groupInputs({ numCacheClusters: 1, authTokenUpdateStrategy: "ROTATE" });
    const { id, outputs } = await create(GROUP, {
      ...first,
      automaticFailoverEnabled: false,
      multiAzEnabled: false,
    });
    const authToken = "second-token-of-the-group";
    const update = async (authTokenUpdateStrategy: string, state: Properties) => {
      const inputs = { ...first, authToken, authTokenUpdateStrategy };
      return (await twin.resource("update", GROUP, { id, inputs, state })).outputs;
    };
    const enters = async (password: string) => {
      const { "redis.target": target } = await twin.twin.endpoints();
      return await redis({ ...target!, password }, "PING").catch((error: Error) => error.message);
    };
    const rotated = await update("ROTATE", outputs);
    expect(await enters("first-token-of-the-group")).to.equal("PONG");
    expect(await enters(authToken)).to.equal("PONG");
    await update("SET", rotated);
    expect(await enters("first-token-of-the-group")).to.match(/WRONGPASS/);
    expect(await enters(authToken)).to.equal("PONG");
  });
});
