import type { Waiver } from "../waiver.ts";

const RELAYS = "godwit:relay:Relays";
const RELAY_PLACE = "godwit:relay:RelayPlace";
const MOVER = "godwit:mover:Mover";
const SOURCE = "aws:elasticache/cluster:Cluster";
const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const by = { owner: "platform", expires: "2027-10-31" };

/** What the target `redis` does otherwise, and why. Most of it is there during the move only. */
export const redis: readonly Waiver[] = [
  {
    ...by,
    rule: "ElastiCacheRedisClusterAutomaticBackup",
    resources: ["redis-group"],
    reason: "Queues and sessions: a backup older than a week is of no use. Target hipaa keeps 15.",
    with: GROUP,
  },
  {
    ...by,
    rule: "SecretsManagerRotationEnabled",
    resources: ["redis-secret"],
    reason: "A run exchanges the token (tokenRotation): the application must be rolled with it.",
  },
  {
    ...by,
    rule: "SecretsManagerRotationEnabled",
    resources: ["mover-engine"],
    reason:
      "It holds where a run's engine is, is written anew by each run, and goes with the mover.",
    with: MOVER,
  },
  {
    ...by,
    rule: "SecretsManagerRotationEnabled",
    resources: ["relays-control"],
    reason: "The key of the control channel lives for days and goes with the relays.",
    with: RELAYS,
  },
  {
    ...by,
    rule: "IAMNoInlinePolicy",
    resources: ["mover-rights"],
    reason: "Rights that nothing else may have come and go with their role.",
    with: MOVER,
  },
  {
    ...by,
    rule: "IAMNoInlinePolicy",
    resources: ["relays-rights"],
    reason: "Rights that nothing else may have come and go with their role.",
    with: RELAYS,
  },
  {
    ...by,
    rule: "EC2InstanceDetailedMonitoringEnabled",
    resources: ["mover-machine"],
    reason: "A run sees the mover's progress and lag each second; the machine lives for days.",
    with: MOVER,
  },
  {
    ...by,
    rule: "EC2InstanceDetailedMonitoringEnabled",
    resources: ["relays-machine-*"],
    reason: "The relays give their own metrics at any moment; the machines live for days.",
    with: RELAYS,
  },
  {
    ...by,
    rule: "ELBDeletionProtectionEnabled",
    resources: ["relay-place-balancer"],
    reason: "It goes when the move is settled, by the same update as the relays behind it.",
    with: RELAY_PLACE,
  },
  {
    ...by,
    rule: "ELBLoggingEnabled",
    resources: ["relay-place-balancer"],
    reason: "A network balancer logs TLS listeners only; the relays count connections themselves.",
    with: RELAY_PLACE,
  },
  {
    ...by,
    rule: "ELBv2ACMCertificateRequired",
    resources: ["relay-place-listener"],
    reason: "Clients speak to the relays as they do to the plaintext source; the move ends that.",
    with: RELAY_PLACE,
  },
  {
    ...by,
    rule: "ELBv2TargetTls",
    resources: ["relay-place-targets"],
    reason: "Clients speak to the relays as they do to the plaintext source; the move ends that.",
    with: RELAY_PLACE,
  },
  ...["ElastiCacheEncryptedAtRest", "ElastiCacheEncryptedInTransit"].map((rule) => ({
    ...by,
    rule,
    resources: ["redis-source"],
    reason: "The source as it was found: this is what the move replaces and then deletes.",
    with: SOURCE,
  })),
];
