import type * as pulumi from "@pulumi/pulumi";
import type { Stage, TokenRotation } from "../config.ts";
import type { Ownership } from "../tags.ts";
import type { AlarmThresholds } from "./thresholds.ts";

/** Arguments of `EncryptedRedis`. What decides which resources there are is plain; all else may be an output. */
export interface EncryptedRedisArgs extends Ownership, GroupArgs {
  /** How far the migration is: which side serves, and whether the source still exists. */
  readonly stage: Stage;

  /**
   * Whether deletion is made hard: 30 days to have the key back, and, once the group serves, protection of group, key,
   * secret and record, and a final snapshot.
   *
   * @default false
   */
  readonly production?: boolean;

  /**
   * Where the group's first data comes from. With a snapshot that is not named yet, the group is not declared: all it
   * needs is built, and the group follows once the snapshot has been taken.
   *
   * @example { from: "snapshot", name: "acme-redis-production-20260301-0130" }
   */
  readonly seed:
    { readonly from: "nothing" } | { readonly from: "snapshot"; readonly name?: string };

  /**
   * The existing plaintext cluster, adopted until stage `settled`.
   *
   * @example { clusterId: "acme-redis-production" }
   */
  readonly source?: SourceArgs;

  /**
   * The key: a new one with yearly rotation and the alias `alias/<app>-redis`, or an existing one by alias or ARN. An
   * existing key's policy must let CloudWatch and CloudWatch Logs use it; see docs/components-redis.md.
   *
   * @example { existing: "alias/acme-redis" }
   */
  readonly kms: KeyChoice;

  readonly network: NetworkArgs;

  /**
   * The relays that the private name leads to in stages `relay` and `fence`.
   *
   * @default no relays, and none of these stages
   * @example { host: "acme-relay-0a1b2c3d4e5f6071.elb.us-east-1.amazonaws.com" }
   */
  readonly relay?: RelayFrontArgs;

  /**
   * How far the AUTH token has been exchanged for a second one: `added` makes it and lets both in, `set` shuts the first
   * one out. There is no way back to an earlier one.
   *
   * @default "none"
   */
  readonly tokenRotation?: TokenRotation;

  /**
   * Private name that leads to the serving side.
   *
   * @default no record
   * @example { zoneId: "Z0123456789ABCDEFGHIJ", name: "redis.acme.internal" }
   */
  readonly record?: RecordArgs;

  /**
   * Who hears of alarms.
   *
   * @example { email: "ops@example.com" }
   */
  readonly alarms: AlarmReceiver;

  /**
   * When alarms go off, where it differs from `alarmDefaults`.
   *
   * @example { connections: 5000 }
   */
  readonly thresholds?: Partial<AlarmThresholds>;

  /**
   * Server parameters. Copy what the source sets: `maxmemory-policy`, `notify-keyspace-events`, `timeout`.
   *
   * @default the service's own for Redis 7
   * @example { "maxmemory-policy": "noeviction" }
   */
  readonly parameters?: Readonly<Record<string, string>>;

  /**
   * Days for which slow log and engine log are kept.
   *
   * @default 30
   */
  readonly logRetentionDays?: number;
}

/** The nodes of the replication group. */
export interface GroupArgs {
  /**
   * Version of Redis, 7.x; `7.1.0` and `7.1` mean the same.
   *
   * @example "7.1"
   */
  readonly engineVersion: string;

  /**
   * Size of each node. To go up later, for example to `cache.r6g.large`, change it and update: the service scales node
   * by node and fails over, in the maintenance window unless `applyImmediately` is set.
   *
   * @example "cache.t3.micro"
   */
  readonly nodeType: pulumi.Input<string>;

  /**
   * Copies beside the primary, each in another zone where there is one.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Weekly window for changes and patches, UTC.
   *
   * @default "sun:03:00-sun:04:00"
   */
  readonly maintenanceWindow?: pulumi.Input<string>;

  /**
   * Daily window for the automatic snapshot, UTC.
   *
   * @default "01:00-02:00"
   */
  readonly snapshotWindow?: pulumi.Input<string>;

  /**
   * Days for which automatic snapshots are kept.
   *
   * @default 7
   */
  readonly snapshotRetentionDays?: pulumi.Input<number>;

  /**
   * Whether changes of the nodes happen at once instead of in the maintenance window. They may fail over.
   *
   * @default false
   */
  readonly applyImmediately?: pulumi.Input<boolean>;

  /**
   * What a new AUTH token does to the old one: `ROTATE` lets both in until clients have the new one, `SET` then shuts
   * the old one out. Without effect when the group is created, and once `tokenRotation` says what to do.
   *
   * @default "ROTATE"
   */
  readonly authUpdateStrategy?: pulumi.Input<"ROTATE" | "SET">;
}

export type KeyChoice =
  | { readonly create: true; readonly existing?: never }
  | { readonly existing: string; readonly create?: never };

export interface NetworkArgs {
  /** VPC of the created security group. */
  readonly vpcId?: pulumi.Input<string> | undefined;

  /**
   * Where the nodes live: subnets in at least two zones.
   *
   * @example { existing: "acme-cache-subnet-production" }
   */
  readonly subnetGroup:
    | { readonly existing: pulumi.Input<string>; readonly create?: never }
    | {
        readonly create: { readonly subnetIds: pulumi.Input<pulumi.Input<string>[]> };
        readonly existing?: never;
      };

  /**
   * Who may connect: existing groups as they are, or a new one open on 6379 to the named groups only.
   *
   * @example { create: { allowFrom: ["sg-0a1b2c3d4e5f60718"] } }
   */
  readonly securityGroup:
    | { readonly existing: pulumi.Input<pulumi.Input<string>[]>; readonly create?: never }
    | {
        readonly create: { readonly allowFrom: pulumi.Input<pulumi.Input<string>[]> };
        readonly existing?: never;
      };
}

export interface SourceArgs {
  readonly clusterId: string;
  /** Name of the source's last snapshot. Given, the source is deleted with it once it is no longer declared. */
  readonly finalSnapshot?: string | undefined;
  /**
   * Who may connect to it when it is not fenced.
   *
   * @default left alone
   */
  readonly securityGroupIds?: readonly string[] | undefined;
  /**
   * Who may connect to it in stages `fence` and `cutover`, and nobody else; needs `securityGroupIds` there.
   *
   * @default it is not fenced
   */
  readonly fence?: FenceArgs | undefined;
}

export interface FenceArgs {
  /** VPC of the source. */
  readonly vpcId: pulumi.Input<string>;
  /** Security groups of relays and mover. */
  readonly allowFrom: pulumi.Input<pulumi.Input<string>[]>;
}

export interface RelayFrontArgs {
  /** Where clients connect to them. */
  readonly host: pulumi.Input<string>;
}

export interface RecordArgs {
  readonly zoneId: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  /**
   * Seconds for which clients may keep the answer.
   *
   * @default 60
   */
  readonly ttl?: pulumi.Input<number>;
}

export type AlarmReceiver =
  | { readonly topicArn: pulumi.Input<string>; readonly email?: never }
  | { readonly email: pulumi.Input<string>; readonly topicArn?: never };
