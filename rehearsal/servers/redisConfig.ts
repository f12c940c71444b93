import { createHash } from "node:crypto";
import type { CertificateFiles } from "../clouds/world.ts";

/** The account with which the twin itself, and its replicas, log in; the managed service has one like it. */
export const INTERNAL_USER = "service-internal";

/** What the managed service keeps to itself; see its list of restricted commands. */
const RESTRICTED = [
  "-acl +acl|whoami +acl|cat +acl|genpass +acl|help",
  "-bgrewriteaof -bgsave -config -debug -failover -migrate -module -psync -replconf -replicaof",
  "-save -shutdown -slaveof -sync -pfdebug -pfselftest",
  "-cluster|addslots -cluster|addslotsrange -cluster|bumpepoch -cluster|count-failure-reports",
  "-cluster|delslots -cluster|delslotsrange -cluster|failover -cluster|flushslots -cluster|forget",
  "-cluster|meet -cluster|replicate -cluster|reset -cluster|saveconfig -cluster|set-config-epoch",
  "-cluster|setslot",
].join(" ");

export interface RedisTls extends CertificateFiles {
  readonly caFile: string;
  /** A name in the certificate, to verify internal connections against. */
  readonly serverName: string;
}

export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly internalPassword: string;
  readonly tls?: RedisTls;
  /** SHA-256 of each password that lets an application in, in hex; none: no password needed. */
  readonly passwordHashes: readonly string[];
  /** Further settings by their Redis names: `maxmemory`, `maxmemory-policy`, … */
  readonly parameters: Readonly<Record<string, string>>;
  readonly replicaOf?: { readonly host: string; readonly port: number };
}

export const sha256Hex = (text: string) => createHash("sha256").update(text).digest("hex");

/** Rules of the account that applications use: everything but what the service restricts. */
export function applicationRules(passwordHashes: readonly string[]): string[] {
  const login = passwordHashes.length > 0 ? passwordHashes.map((hash) => `#${hash}`) : ["nopass"];
  return ["resetpass", "on", ...login, "~*", "&*", "+@all", ...RESTRICTED.split(" ")];
}

/** The configuration file; holds the internal password, so it is written 0600. */
export function redisConfig(settings: RedisSettings): string {
  const { host, port, tls, replicaOf, internalPassword } = settings;
  const listen = tls
    ? [
        "port 0",
        `tls-port ${port}`,
        'tls-protocols "TLSv1.2 TLSv1.3"',
        `tls-cert-file ${quoted(tls.certFile)}`,
        `tls-key-file ${quoted(tls.keyFile)}`,
        `tls-ca-cert-file ${quoted(tls.caFile)}`,
        "tls-auth-clients no",
        "tls-replication yes",
      ]
    : [`port ${port}`];
  const follow = replicaOf ? [`replicaof ${replicaOf.host} ${replicaOf.port}`] : [];
  return [
    `bind ${host}`,
    `bind-source-addr ${host}`,
    ...listen,
    "protected-mode no",
    `dir ${quoted(settings.dataDir)}`,
    "dbfilename dump.rdb",
    'save ""',
    "appendonly no",
    `logfile ${quoted(`${settings.dataDir}/redis.log`)}`,
    ...Object.entries(settings.parameters).map(([name, value]) => `${name} ${quoted(value)}`),
    "repl-diskless-sync yes",
    "repl-diskless-sync-delay 0",
    "repl-diskless-load on-empty-db",
    `masteruser ${INTERNAL_USER}`,
    `masterauth ${internalPassword}`,
    ...follow,
    `user default ${applicationRules(settings.passwordHashes).join(" ")}`,
    `user ${INTERNAL_USER} on #${sha256Hex(internalPassword)} ~* &* +@all`,
    "",
  ].join("\n");
}

const quoted = (value: string) => JSON.stringify(value);
