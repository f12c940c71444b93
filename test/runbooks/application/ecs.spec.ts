import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import type { StepContext } from "../../../automation/step.ts";
import type { Application, Purpose } from "../../../runbooks/application/application.ts";
import { ecsApplication } from "../../../runbooks/application/ecs.ts";

type Body = Record<string, unknown>;

/** An ECS with one service and one family of task definitions; a deployment is through at once. */
class FakeEcs {
  readonly definitions: Body[] = [
    {
      containerDefinitions: [
        { name: "api", environment: [{ name: "REDIS_HOST", value: "source" }] },
        { name: "sidecar", environment: [{ name: "REDIS_HOST", value: "its own" }] },
      ],
    },
  ];
  readonly updates: Body[] = [];
  desiredCount = 2;
  taskDefinition = "arn:acme-api:1";
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      void json(request).then((body) => {
        const action = String(request.headers["x-amz-target"]).split(".")[1]!;
        response.setHeader("content-type", "application/x-amz-json-1.1");
        response.end(JSON.stringify(this.#answer(action, body as Body)));
      });
    });
  }

  async listen(): Promise<Readonly<Record<string, string>>> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    const { port } = this.#server.address() as { port: number };
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(action: string, body: Body): Body {
    switch (action) {
      case "DescribeServices":
        return { services: [this.#service()] };
      case "UpdateService":
        this.updates.push(body);
        this.desiredCount = body["desiredCount"] as number;
        this.taskDefinition = (body["taskDefinition"] as string) ?? this.taskDefinition;
        return { service: this.#service() };
      case "RegisterTaskDefinition":
        this.definitions.push(body);
        return { taskDefinition: this.#definition(this.definitions.length) };
      default: {
        const number = Number(/:(\d+)$/.exec(String(body["taskDefinition"]))?.[1]);
        const revision = number || this.definitions.length;
        const { tags } = this.definitions[revision - 1]!;
        return { taskDefinition: this.#definition(revision), tags };
      }
    }
  }

  #definition(revision: number): Body {
    const family = { family: "acme-api", taskDefinitionArn: `arn:acme-api:${revision}`, revision };
    return { ...this.definitions[revision - 1], ...family };
  }

  #service(): Body {
    const { desiredCount, taskDefinition } = this;
    const deployments = [{ status: "PRIMARY", rolloutState: "COMPLETED" }];
    const running = { runningCount: desiredCount, pendingCount: 0, deployments };
    return { status: "ACTIVE", desiredCount, taskDefinition, ...running };
  }
}

describe("an application on ECS that is brought onto relays and off them", () => {
  const remembered = { taskDefinition: "arn:acme-api:1", desiredCount: 2 };
  let ecs: FakeEcs;
  let application: Application;

  beforeEach(async () => {
    ecs = new FakeEcs();
    const env = await ecs.listen();
    const ctx = {
      run: "run-1",
      environment: { env, workDir: "/", clockFactor: 1 },
      clock: { compress: () => 0, deadline: () => 0 },
      signal: new AbortController().signal,
      progress: () => undefined,
    } as unknown as StepContext;
    const names = { cluster: "acme-cluster", service: "acme-api", container: "api" };
    application = ecsApplication(ctx, names);
  });
  afterEach(() => ecs.close());

  const deploy = (host: string, purpose: Purpose) =>
    application.deploy({ environment: { REDIS_HOST: host }, secrets: {} }, remembered, purpose);

  it("gets a revision of its own for each purpose, made of what it was at first", async () => {
    await deploy("relays", "relay");
    await deploy("target", "target");
    const hosts = ecs.definitions.map(
      ({ containerDefinitions }) => (containerDefinitions as Body[])[0]!["environment"],
    );
    expect(hosts).to.deep.equal(
      ["source", "relays", "target"].map((value) => [{ name: "REDIS_HOST", value }]),
    );
    expect(ecs.definitions[2]!["tags"]).to.deep.equal([
      { key: "godwit:run", value: "run-1" },
      { key: "godwit:purpose", value: "target" },
    ]);
    expect(ecs.taskDefinition).to.equal("arn:acme-api:3");
  });

  it("finds the revision that a killed step has registered, and starts every task anew", async () => {
    await deploy("relays", "relay");
    await deploy("relays", "relay");
    expect(ecs.definitions).to.have.lengthOf(2);
    expect(ecs.updates.map((update) => update["forceNewDeployment"])).to.deep.equal([true, true]);
  });

  it("is never stopped, and keeps as many tasks as its scaling has given it", async () => {
    ecs.desiredCount = 7;
    await deploy("relays", "relay");
    await application.restore(remembered);
    expect(ecs.updates.map((update) => update["desiredCount"])).to.deep.equal([7, 7]);
    expect(ecs.taskDefinition).to.equal("arn:acme-api:1");
  });

  it("is started with the tasks that it had when it was stopped", async () => {
    await application.stop();
    await deploy("target", "target");
    expect(ecs.updates.map((update) => update["desiredCount"])).to.deep.equal([0, 2]);
  });
});
