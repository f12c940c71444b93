import { readFileSync } from "node:fs";
import type {
  DescribeServicesCommandOutput,
  DescribeTasksCommandOutput,
  ListTasksCommandOutput,
  RegisterTaskDefinitionCommandOutput,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { Redis } from "ioredis";
import type { EcsService } from "../../rehearsal/clouds/aws/ecsService.ts";
import {
  callerOf,
  CLUSTER,
  createTrafficWorld,
  LOG_GROUP,
  SERVICE,
  startRedis,
  taskDefinition,
  until,
  type TrafficWorld,
} from "./trafficWorld.ts";

describe("rehearsal: ECS", function () {
  this.timeout(60_000);
  let twin: TrafficWorld;
  let service: EcsService;
  let call: ReturnType<typeof callerOf>;

  before(async () => {
    twin = await createTrafficWorld();
    call = callerOf(twin.ecs, twin.logs);
    service = twin.startService();
    await completed();
  });

  /** Leaves to the next test what the service was at first. */
  afterEach(async () => {
    const { taskDefinition: current, rolloutState } = await primary();
    const intact = current!.endsWith(":1") && rolloutState === "COMPLETED";
    if (!intact) await update({ taskDefinition: `${SERVICE}:1` });
    await update({ desiredCount: 2 });
    await completed();
  });

  after(async () => {
    await twin.close();
  });

  const describeService = async () => {
    const input = { cluster: CLUSTER, services: [SERVICE] };
    const { services } = await call<DescribeServicesCommandOutput>("DescribeServices", input);
    return services![0]!;
  };
  const primary = async () => (await describeService()).deployments![0]!;
  const completed = () =>
    until("the deployment", async () => (await primary()).rolloutState === "COMPLETED");
  const register = async (environment: Record<string, string>, image?: string) => {
    const input = taskDefinition(environment, image);
    const name = "RegisterTaskDefinition";
    const { taskDefinition: registered } = await call<RegisterTaskDefinitionCommandOutput>(
      name,
      input,
    );
    return registered!.taskDefinitionArn!;
  };
  const update = (change: object) =>
    call("UpdateService", { cluster: CLUSTER, service: SERVICE, ...change });
  const answer = async () => (await fetch(`${twin.front.url}/health`)).status;

  it("runs the tasks that are desired, each on an address of its own, behind the balancer", async () => {
    const { runningCount, desiredCount, pendingCount } = await describeService();
    expect({ runningCount, desiredCount, pendingCount }).to.deep.equal({
      runningCount: 2,
      desiredCount: 2,
      pendingCount: 0,
    });
    const { taskArns } = await call<ListTasksCommandOutput>("ListTasks", {
      cluster: CLUSTER,
      serviceName: SERVICE,
    });
    const { tasks } = await call<DescribeTasksCommandOutput>("DescribeTasks", {
      cluster: CLUSTER,
      tasks: taskArns!,
    });
    const addresses = tasks!.map(
      (task) => task.containers![0]!.networkInterfaces![0]!.privateIpv4Address!,
    );
    expect(new Set(addresses).size).to.equal(2);
    for (const address of addresses) {
      expect((await fetch(`http://${address}:3000/health`)).status).to.equal(200);
    }
    expect(await answer()).to.equal(200);
  });

  it("connects tasks to the data server from their own addresses", async () => {
    const redis = new Redis({ host: twin.redisHost });
    const clients = String(await redis.client("LIST"));
    redis.disconnect();
    const addresses = new Set(
      [...clients.matchAll(/ addr=([\d.]+):\S* .*name=api /g)].map((m) => m[1]),
    );
    expect(addresses.size).to.equal(2);
    for (const address of addresses) expect(address).to.match(/^127\.77\./);
  });

  it("replaces the tasks one after the other without a failed request", async () => {
    const before = service.tasks.map(({ id }) => id);
    const statuses = new Map<number, number>();
    let mostAtOnce = 0;
    const rolled = (async () => {
      await update({ forceNewDeployment: true });
      await completed();
    })();
    let over = false;
    void rolled.finally(() => (over = true));
    while (!over) {
      const status = await answer();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const tasks = service.tasks.filter(({ status }) => status !== "STOPPED");
      mostAtOnce = Math.max(mostAtOnce, tasks.length);
    }
    await rolled;
    expect([...statuses.keys()]).to.deep.equal([200]);
    expect(mostAtOnce).to.equal(3);
    const running = service.tasks.filter(({ wanted }) => wanted).map(({ id }) => id);
    expect(running).to.have.length(2);
    expect(running.filter((id) => before.includes(id))).to.deep.equal([]);
  });

  it("moves the application to another data server with a new task definition", async () => {
    const host = twin.world.network.claim("redis.other");
    await startRedis(twin.world.processes, host);
    await update({ taskDefinition: await register({ REDIS_HOST: host }) });
    await completed();
    expect(await service.taskEnvironment()).to.include({ REDIS_HOST: host });
    await fetch(`${twin.front.url}/sessions/moved`, { method: "PUT", body: "{}" });
    const redis = new Redis({ host });
    expect(await redis.exists("session:moved")).to.equal(1);
    redis.disconnect();
  });

  it("gives a deployment up whose tasks end at once, and keeps the old tasks", async () => {
    await update({ taskDefinition: await register({ REDIS_HOST: "" }) });
    await until("given up", async () => (await primary()).rolloutState === "FAILED");
    const { rolloutStateReason, failedTasks } = await primary();
    expect(rolloutStateReason).to.match(/circuit breaker.*Essential container in task exited/);
    expect(failedTasks).to.be.at.least(3);
    const [, old] = (await describeService()).deployments!;
    expect(old!.runningCount).to.equal(2);
    const started = service.tasks.length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(service.tasks).to.have.length(started);
    expect(await answer()).to.equal(200);
  });

  it("gives a deployment up whose image or secret cannot be had", async () => {
    const missing = await register({ REDIS_HOST: "redis.test" }, "acme/unknown:1");
    await update({ taskDefinition: missing });
    await until("given up", async () => (await primary()).rolloutState === "FAILED");
    expect((await primary()).rolloutStateReason).to.match(/CannotPullContainerError/);

    const definition = taskDefinition({ REDIS_HOST: "redis.test" });
    Object.assign(definition.containerDefinitions[0]!, {
      secrets: [{ name: "REDIS_AUTH_TOKEN", valueFrom: "acme/none" }],
    });
    await call("RegisterTaskDefinition", definition);
    await update({ taskDefinition: SERVICE });
    await until("given up", async () => (await primary()).rolloutState === "FAILED");
    expect((await primary()).rolloutStateReason).to.match(/unable to pull secrets.*acme\/none/);
    expect(await answer()).to.equal(200);
  });

  it("never completes a deployment whose tasks cannot reach their data server", async () => {
    const nowhere = twin.world.network.claim("nobody");
    await update({ taskDefinition: await register({ REDIS_HOST: nowhere }) });
    await until("given up", async () => (await primary()).rolloutState === "FAILED");
    expect((await primary()).rolloutStateReason).to.match(/failed ELB health checks/);
    expect(await service.taskEnvironment()).to.include({ REDIS_HOST: "redis.test" });
    expect(await answer()).to.equal(200);
  });

  it("drains and stops everything at a desired count of 0, and starts again", async () => {
    const redis = new Redis({ host: twin.redisHost });
    await update({ desiredCount: 0 });
    await until("no task", () => service.tasks.every(({ status }) => status === "STOPPED"));
    expect(await describeService()).to.include({ runningCount: 0, desiredCount: 0 });
    expect(await answer()).to.equal(503);
    expect(await service.taskEnvironment()).to.equal(undefined);
    expect(String(await redis.client("LIST"))).to.not.include("name=api");
    redis.disconnect();
    await update({ desiredCount: 2 });
    await until("running again", async () => (await describeService()).runningCount === 2);
    await until("serving again", async () => (await answer()) === 200);
  });

  it("starts another task in place of one that was killed", async () => {
    const [victim] = service.tasks;
    process.kill(victim!.pid!, "SIGKILL");
    await until("its end", () => victim!.status === "STOPPED");
    await until("another task", () => service.tasks.filter((task) => task.healthy).length === 2);
    expect(victim!.describe()).to.include({
      lastStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
    });
  });

  it("gives secrets to the tasks' environment only", async () => {
    const secret = "sup3r-s3cret";
    twin.secrets.set(
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/token-AbCdEf",
      JSON.stringify({ key: secret }),
    );
    const definition = taskDefinition({ REDIS_HOST: "redis.test" });
    const valueFrom =
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme/token-AbCdEf:key::";
    Object.assign(definition.containerDefinitions[0]!, {
      secrets: [{ name: "OTHER_TOKEN", valueFrom }],
    });
    await call("RegisterTaskDefinition", definition);
    await update({ taskDefinition: SERVICE });
    await completed();
    const pid = service.tasks.find(({ wanted }) => wanted)!.pid!;
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).to.include(`OTHER_TOKEN=${secret}`);
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).to.not.include(secret);
    expect(JSON.stringify(await describeService())).to.not.include(secret);
  });

  it("puts what the tasks print into the log group", async () => {
    const filter = { logGroupName: LOG_GROUP, filterPattern: "?listening ?nonsense" };
    const { events } = await call<{ events: { message: string }[] }>("FilterLogEvents", filter);
    expect(events.length).to.be.at.least(2);
    expect(JSON.parse(events[0]!.message)).to.include({ level: "INFO", message: "listening" });
  });

  it("refuses what there is not", async () => {
    const wrong = async (action: string, input: object) =>
      call(action, input).then(
        () => "accepted",
        (error: Error) => error.name,
      );
    expect(await wrong("DescribeServices", { cluster: "other" })).to.equal(
      "ClusterNotFoundException",
    );
    const missing = { cluster: CLUSTER, service: "other" };
    expect(await wrong("UpdateService", missing)).to.equal("ServiceNotFoundException");
    const unknown = { cluster: CLUSTER, service: SERVICE, taskDefinition: "acme-api:99" };
    expect(await wrong("UpdateService", unknown)).to.equal("ClientException");
    expect(await wrong("RegisterTaskDefinition", { family: "a" })).to.equal("ClientException");
  });
});
