import type { ChildProcess, SpawnOptions } from "node:child_process";
import type { Endpoint, Traffic as TrafficReport } from "../../automation/twin.ts";
export type { Endpoint, TrafficReport };
import type { Clock } from "../../automation/clock.ts";
import type { Scale } from "../scales.ts";

/** What a twin consists of. Every part of it (services, servers, traffic) gets this and nothing else. */
export interface World {
  /** Folder of the twin, mode 0700; everything it writes is below. */
  readonly dir: string;
  readonly settings: WorldSettings;
  /** Time of the twin: waits of the stand-in services are compressed by the same factor as the runbook's. */
  readonly clock: Clock;
  readonly network: Network;
  readonly authority: CertificateAuthority;
  readonly names: NameServer;
  readonly account: AwsAccount;
  readonly processes: ProcessTable;
  readonly faults: FaultSwitchboard;
  /** Data servers that run now, by the name that faults and `endpoints` use: `redis.source`, `redis.target`. */
  readonly servers: ServerDirectory;
  readonly machines: Machines;
  /** Environment for processes inside the twin (tasks, load): trust and name resolution, no credentials. */
  readonly guestEnv: Readonly<Record<string, string>>;
  /** Value of a secret by name or ARN, for whoever injects it into a task. Throws the service's error. */
  secretValue(secretId: string): Promise<string>;
  /** One line in `<dir>/events.jsonl`. Never a secret. */
  log(event: string, facts?: Readonly<Record<string, unknown>>): void;
}

export interface WorldSettings {
  /** Source world: `redis-encryption`. */
  readonly world: string;
  readonly scale: Scale;
  readonly seed: number;
  readonly clockFactor: number;
}

/**
 * A piece of the world: what it answers to the SDK, to the provider plugins, and what runs behind it.
 * Its module exports `create…(world): Part` (or a promise of it); `rehearsal/worlds/` puts the pieces together.
 */
export interface Part {
  readonly services?: readonly Service[];
  readonly kinds?: readonly ResourceKind[];
  readonly functions?: Readonly<Record<string, ProviderFunction>>;
  /** Addresses for `endpoints()`: entries of the document that `--keep` prints. */
  endpoints?(): Promise<Readonly<Record<string, Endpoint>>>;
  /** Stops what the part runs. Called once, in reverse order of creation. */
  stop?(): Promise<void>;
}

// --- the AWS API -------------------------------------------------------------------------------------

/**
 * An AWS service. Actions take and return what the official SDK's command of that name does: `Date` for
 * timestamps, `Uint8Array` for blobs, absent members left out. The wire format is the endpoint's business.
 */
export interface Service {
  /**
   * SigV4 name: `elasticache`, `kms`, `secretsmanager`, `ecs`, `monitoring`, `logs`, `sts`, `iam`, `servicequotas`,
   * `s3`, `ec2`.
   */
  readonly name: string;
  readonly actions: Readonly<Record<string, Action>>;
}

// An action is typed by the SDK's command types where it is written; the table of them cannot be.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Action<I = any, O = object> = (input: I, caller: Caller) => Promise<O>;

export interface Caller {
  readonly accessKeyId: string;
  readonly arn: string;
  readonly account: string;
}

/** An error as AWS answers it: `code` is what the SDK shows as the error's `name`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

export interface AwsAccount {
  readonly id: string;
  readonly region: string;
  /** `https://127.77.N.2`, verified by the twin's authority. */
  readonly endpoint: string;
  /** `arn:aws:<service>:<region>:<account>:<resource>` */
  arn(service: string, resource: string): string;
}

// --- the provider plugins ----------------------------------------------------------------------------

export type Properties = Readonly<Record<string, unknown>>;

/** A resource type that means something in the twin; every other type is kept as plain state. */
export interface ResourceKind {
  /** Pulumi token: `aws:elasticache/replicationGroup:ReplicationGroup`. */
  readonly type: string;
  /** Inputs whose change makes a new resource, as with the real provider. */
  readonly replaceOn: readonly string[];
  /** Inputs and outputs never to be stored or shown in the clear, beside those that the SDK marks. */
  readonly secrets?: readonly string[];
  /** The API action behind each verb, which `deny@ACTION` refuses. */
  readonly actions?: Readonly<Partial<Record<"create" | "update" | "read" | "delete", string>>>;
  /** Why the inputs cannot be accepted, by property. */
  check?(inputs: Properties): readonly CheckFailure[];
  /** Goes on to its end even when the asking engine is killed. */
  create(inputs: Properties): Promise<ResourceState>;
  /** Returns the outputs after the change. */
  update(id: string, inputs: Properties, state: Properties): Promise<Properties>;
  /** Undefined: there is no such resource. `state` is empty when importing by id. */
  read(id: string, state: Properties): Promise<ReadResource | undefined>;
  delete(id: string, state: Properties): Promise<void>;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface ResourceState {
  readonly id: string;
  /** Inputs and everything computed. */
  readonly outputs: Properties;
}

export interface ReadResource extends ResourceState {
  /** The inputs that describe it, for an import. */
  readonly inputs: Properties;
}

/** A data source: `aws:kms/getAlias:getAlias`. */
export type ProviderFunction = (args: Properties) => Promise<Properties>;

// --- network, names, trust ---------------------------------------------------------------------------

/** The twin's own 127.77.N.0/24. */
export interface Network {
  /** `127.77.N` */
  readonly prefix: string;
  /** A free address, kept for `owner` until released; the same owner gets the same address. */
  claim(owner: string): string;
  release(owner: string): void;
  /** `port` if this process may bind it, else a fixed high port in its place (443 → 8443, 53 → 8053, 80 → 8080). */
  port(port: number): number;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: "A" | "CNAME" | "TXT";
  /** Seconds. */
  readonly ttl: number;
  readonly values: readonly string[];
}

/** The private resolver of the twin; a change is seen by the next query. */
export interface NameServer {
  /** `ip:port` for `GODWIT_RESOLVER`. */
  readonly address: string;
  set(record: DnsRecord): void;
  remove(name: string, type: DnsRecord["type"]): void;
  find(name: string, type: DnsRecord["type"]): DnsRecord | undefined;
  /** Follows CNAMEs to an address. */
  resolve(name: string): string | undefined;
}

export interface CertificateAuthority {
  /** PEM file with the authority's certificate. */
  readonly caFile: string;
  /** A certificate for exactly these DNS names and IP addresses; files under `<dir>/tls`, the key 0600. */
  issue(name: string, subjects: CertificateSubjects): Promise<CertificateFiles>;
}

export interface CertificateSubjects {
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
}

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

// --- processes, servers, faults ----------------------------------------------------------------------

/** Child processes of the twin, recorded with their start time so that `twin down` ends exactly these. */
export interface ProcessTable {
  /** Starts a process; a secret goes into its environment or a 0600 file, never into `args`. */
  start(
    name: string,
    command: string,
    args: readonly string[],
    options?: SpawnOptions & {
      /** How far it stands back behind others that want the processor, as `nice` counts; default 0. */
      niceness?: number;
    },
  ): ChildProcess;
  /** Sends `signal` (default SIGTERM), then SIGKILL after `graceMs` (default 3000), and waits for the end. */
  stop(child: ChildProcess, options?: { signal?: NodeJS.Signals; graceMs?: number }): Promise<void>;
}

/** A data server as the twin's own services look at it: short-lived internal connections, never the application's. */
export interface DataServer {
  /** For Redis the node's id: `acme-redis-production-0001`, `acme-redis-encrypted-001`. */
  readonly id: string;
  readonly role: "primary" | "replica";
  /** Where clients connect: the address of its gate. */
  readonly host: string;
  /** Where the server itself listens, for the twin's own connections. */
  readonly behind: string;
  readonly port: number;
  readonly tls: boolean;
  /** Process that serves, for CPU figures. */
  readonly pid: number | undefined;
  /** `INFO` as one flat map. */
  info(): Promise<Readonly<Record<string, string>>>;
}

/** Machines with a network interface of their own: what connects from their addresses is in their security groups. */
export interface Machines {
  /** From when it resolves on, connections from this address pass where these groups may. */
  place(address: string, groups: readonly string[]): Promise<void>;
  remove(address: string): Promise<void>;
  /** Whether a connection from this address to that server would pass now. */
  reaches(from: string, to: { readonly front: string; readonly port: number }): boolean;
  /** Calls `act` after each change of machines, groups or rules, before the change is answered; returns how to stop that. */
  onChange(act: () => Promise<void> | void): () => void;
}

export interface ServerDirectory {
  list(): readonly DataServer[];
  /** All nodes of `redis.source` or `redis.target`. */
  of(name: string): readonly DataServer[];
}

/** Faults asked for at start or later through the control endpoint, in the notation of the command line. */
export interface FaultSwitchboard {
  /** True while calls of this API action are to be denied. */
  denied(action: string): boolean;
  /** True while the disk of this server is to be full. */
  full(server: string): boolean;
  /** Calls `act` for each fault of this kind, those already asked for included: `cut`, `slow`, `failover`, `full`. */
  on(kind: string, act: (fault: Fault) => Promise<void> | void): void;
}

export interface Fault {
  readonly kind: string;
  readonly on: string;
  /** What follows the last colon: milliseconds of `slow@SERVER:MS`. */
  readonly argument: string | undefined;
}

// --- what the launcher shows -------------------------------------------------------------------------

/** The live traffic of a world: `startTraffic(world)` of `rehearsal/traffic/index.ts` returns it. */
export interface Traffic {
  /** Stops the load, lets what is in flight end, compares the ledger with the data, and reports. Idempotent. */
  settle(): Promise<TrafficReport>;
  stop(): Promise<void>;
}
