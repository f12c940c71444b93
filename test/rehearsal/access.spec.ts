import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import program from "../../index.ts";
import { environmentOf, moverPids, startCloudTwin, type CloudTwin } from "./cloudTwin.ts";
import { openTestStack } from "./testStack.ts";

/** A gate resets at once whom it does not let through. */
const RESET_WITHIN_MS = 300;
const INSTANCE = "aws:ec2/instance:Instance";

/** What the stack's program builds, on the real engine: who gets where. */
describe("the network of a live move in a twin", function () {
  this.timeout(120_000);
  let twin: CloudTwin;
  let outputs: OutputMap;
  /** Addresses of the data servers' gates. */
  let servers: string[];

  before(async () => {
    twin = await startCloudTwin();
    const stack = await openTestStack(twin.twin, "rehearsal", program as never);
    await stack.setConfig("godwit:mode", { value: "live" });
    ({ outputs } = await stack.up());
    servers = gates();
  });
  after(async () => await twin?.stop());

  /** From the twin's events: asking for the endpoints would open them. */
  const gates = () =>
    readFileSync(join(twin.twin.dir, "events.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line.includes('"event":"gate.opened"'))
      .map((line) => (JSON.parse(line) as { front: string }).front);

  const mover = () => environmentOf(moverPids(twin)[0]);

  /** A machine without any service, in one group. */
  const machineIn = async (group: string) => {
    const inputs = {
      subnetId: "subnet-0acme2",
      vpcSecurityGroupIds: [group],
      iamInstanceProfile: "acme-mover",
    };
    const { outputs: made } = await twin.resource("create", INSTANCE, { inputs });
    return String(made["privateIp"]);
  };

  const passes = async (localAddress: string, host: string) => {
    const socket = connect({ host, port: 6379, localAddress });
    const reset = new Promise<false>((resolve) => socket.once("error", () => resolve(false)));
    const passed = await Promise.race([reset, delay(RESET_WITHIN_MS, true)]);
    socket.destroy();
    return passed;
  };
  const outcome = (localAddress: string) =>
    Promise.all(servers.map((host) => passes(localAddress, host)));

  it("lets the mover and the tasks reach source, primary and replica", async () => {
    expect(servers).to.have.length(3);
    expect(await outcome(mover()["TASK_ADDRESS"]!)).to.deep.equal([true, true, true]);
    expect(await outcome(await machineIn("sg-0acmetasks"))).to.deep.equal([true, true, true]);
  });

  it("lets nobody else: the data servers themselves, an address of nobody's, the driver", async () => {
    const stranger = await machineIn("sg-0acmecache");
    for (const address of [stranger, stranger.replace(/\d+$/, "249"), "127.0.0.1"]) {
      expect(await outcome(address), address).to.deep.equal([false, false, false]);
    }
  });

  it("lets the mover read the token and where its engine is", async () => {
    const { engineSecretArn } = outputs["mover"]!.value as { engineSecretArn: string };
    const operator = new SecretsManagerClient(twin.client);
    const SecretString = JSON.stringify({ run: "20260301-000000" });
    await operator.send(new PutSecretValueCommand({ SecretId: engineSecretArn, SecretString }));
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = mover();
    const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
    const secrets = new SecretsManagerClient({ ...twin.client, credentials });
    const read = async (SecretId: string) =>
      (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
    expect(await read(engineSecretArn)).to.equal(SecretString);
    expect(await read(String(outputs["secretArn"]!.value))).to.have.length(32);
  });

  it("opens to this machine when the servers' addresses are asked for", async () => {
    const { "redis.source": source } = await twin.twin.endpoints();
    expect(await passes("127.0.0.1", source!.host)).to.equal(true);
    expect(await outcome("127.0.0.1")).to.deep.equal([true, true, true]);
  });
});
