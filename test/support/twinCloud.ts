import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
} from "@aws-sdk/client-ecs";
import {
  DescribeReplicationGroupsCommand,
  DescribeSnapshotsCommand,
  ElastiCacheClient,
} from "@aws-sdk/client-elasticache";
import { DescribeKeyCommand, KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { readEnvironment, type RunEnvironment } from "../../automation/environment.ts";
import { clientSettings, type ClientSettings } from "../../automation/aws.ts";
import { open } from "../../rehearsal/index.ts";
import { RedisConnection } from "../../transfer/redis/connection.ts";

const CONTROL_SECRET = "acme/godwit/relay";

/** The cloud of the one twin under a `GODWIT_HOME`, asked through the official SDK. */
export class TwinCloud {
  readonly dir: string;
  readonly environment: RunEnvironment;
  readonly #settings: ClientSettings;

  private constructor(dir: string, environment: RunEnvironment) {
    this.dir = dir;
    this.environment = environment;
    this.#settings = clientSettings(environment.env);
  }

  static async in(home: string): Promise<TwinCloud> {
    const dir = join(home, "twins", readdirSync(join(home, "twins"))[0]!);
    return new TwinCloud(dir, await readEnvironment(join(dir, "environment.json")));
  }

  /** What an operator's shell has who works on this system: with `--stack rehearsal`, commands for real reach it. */
  operatorEnv(project = this.environment.workDir): Record<string, string> {
    return { ...this.environment.env, GODWIT_PROJECT: project };
  }

  /** What each manual snapshot of the source was taken for, sorted. */
  async snapshotPurposes(): Promise<string[]> {
    const client = new ElastiCacheClient(this.#settings);
    const { Snapshots = [] } = await client.send(new DescribeSnapshotsCommand({}));
    const purposes = Snapshots.flatMap(
      ({ SnapshotName = "" }) => /-(pre-encryption|final)-\d/.exec(SnapshotName)?.[1] ?? [],
    );
    return purposes.sort();
  }

  async taskDefinitionRevisions(): Promise<number> {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: "acme-api" });
    const { taskDefinition } = await new ECSClient(this.#settings).send(command);
    return taskDefinition!.revision!;
  }

  /** `REDIS_HOST` of what the service runs now. */
  async applicationHost(): Promise<string> {
    const client = new ECSClient(this.#settings);
    const { services = [] } = await client.send(
      new DescribeServicesCommand({ cluster: "acme-cluster", services: ["acme-api"] }),
    );
    const { taskDefinition } = await client.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: services[0]!.taskDefinition }),
    );
    const environment = taskDefinition!.containerDefinitions![0]!.environment ?? [];
    return environment.find(({ name }) => name === "REDIS_HOST")?.value ?? "";
  }

  async replicationGroups(): Promise<string[]> {
    const client = new ElastiCacheClient(this.#settings);
    const { ReplicationGroups = [] } = await client.send(new DescribeReplicationGroupsCommand({}));
    return ReplicationGroups.map((group) => group.ReplicationGroupId!);
  }

  /** Keys that were made for the target and are in use. */
  async keysOfRedis(): Promise<number> {
    const client = new KMSClient(this.#settings);
    const { Keys = [] } = await client.send(new ListKeysCommand({}));
    const described = await Promise.all(
      Keys.map(({ KeyId }) => client.send(new DescribeKeyCommand({ KeyId }))),
    );
    return described.filter(
      ({ KeyMetadata: key }) =>
        key?.KeyState === "Enabled" && key.Description?.startsWith("Redis of"),
    ).length;
  }

  authToken(): Promise<string> {
    return this.#secret("acme/redis/auth-token");
  }

  /** The key of the control channel between mover and relays. */
  controlKey(): Promise<string> {
    return this.#secret(CONTROL_SECRET);
  }

  /** As by hand, past the stack: relays that run go on with the key that they were started with. */
  async changeControlKey(key: string): Promise<void> {
    const command = new PutSecretValueCommand({ SecretId: CONTROL_SECRET, SecretString: key });
    await new SecretsManagerClient(this.#settings).send(command);
  }

  /** As any client at an address that a kept twin prints. Close it. */
  async connectTo(name: string): Promise<RedisConnection> {
    const twin = await open(this.dir);
    const { host, port, serverName, password, ca } = (await twin.endpoints())[name]!;
    return await RedisConnection.open({
      ...{ host, port, password },
      ...(serverName && { tls: { servername: serverName, ca: readFileSync(ca!, "utf8") } }),
    });
  }

  async #secret(SecretId: string): Promise<string> {
    const client = new SecretsManagerClient(this.#settings);
    return (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString!;
  }
}
