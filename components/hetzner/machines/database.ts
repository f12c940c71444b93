import { DATABASE_PATH, ownRanges, ports, versions } from "../defaults.ts";
import { cloudConfig, program, variables } from "./cloudConfig.ts";
import { hostFirewall } from "./hostFirewall.ts";
import { tunnelUnit } from "./nodes.ts";
import { handoverUrl, tunnelVariables } from "./plan.ts";
import type { Plan } from "./plan.ts";

const TUNNEL = "/usr/local/sbin/godwit-tunnel";
const PREPARE = "/usr/local/sbin/godwit-database";
const ARCHIVE_CONFIG = "/run/godwit/postgres/pgbackrest.conf";

export interface DatabaseMachine {
  /** Hetzner's number of the volume. */
  readonly volumeId: string;
  /** Host of R2's S3 endpoint, without scheme. */
  readonly archiveHost: string;
  readonly archiveBucket: string;
  /** Days for which backups are kept. */
  readonly backupDays: number;
  /** Name in the certificate that applications check. */
  readonly hostname: string;
}

/** First start of the database machine: into the tunnel, its volume opened, Postgres with its archive in R2. */
export function databaseUserData(plan: Plan, machine: DatabaseMachine): string {
  const { database } = plan;
  return cloudConfig({
    packages: [
      "cryptsetup",
      "jq",
      "postgresql-common",
      "pgbackrest",
      "prometheus-node-exporter",
      "prometheus-postgres-exporter",
      `postgresql-${versions.postgres}`,
    ],
    firewall: hostFirewall({
      subnet: plan.subnet,
      fromMachines: [
        `tcp dport { ${ports.postgres}, ${ports.nodeMetrics}, ${ports.databaseMetrics} }`,
      ],
      fromTunnel: [ports.postgres],
      hub: false,
    }),
    files: [
      program("tunnel.sh", TUNNEL),
      program("database.sh", PREPARE),
      variables("/etc/godwit/tunnel.env", tunnelVariables(plan, database)),
      variables("/etc/godwit/database.env", {
        HANDOVER: handoverUrl(plan),
        VOLUME: `/dev/disk/by-id/scsi-0HC_Volume_${machine.volumeId}`,
        POSTGRES_VERSION: versions.postgres,
        DATABASE_HOST: machine.hostname,
        DATABASE_ADDRESS: database.address,
      }),
      // The package would make a cluster beside the encrypted volume.
      text("/etc/postgresql-common/createcluster.conf", "create_main_cluster = false\n"),
      // By the socket, as the role of its own name; it answers that the database is down until there is one.
      text("/etc/default/prometheus-postgres-exporter", EXPORTER),
      text("/etc/godwit/postgres.conf", settings(database.address, database.tunnel)),
      text("/etc/godwit/pg_hba.conf", access(plan.subnet)),
      text("/etc/godwit/pgbackrest.conf", archive(machine)),
      program("backup.sh", "/usr/local/sbin/godwit-backup"),
      text("/etc/systemd/system/godwit-backup.service", BACKUP_SERVICE),
      text("/etc/systemd/system/godwit-backup.timer", BACKUP_TIMER),
    ],
    units: {
      "godwit-tunnel": tunnelUnit,
      "godwit-database": {
        description: "Postgres on its encrypted volume",
        after: ["godwit-tunnel.service"],
        type: "oneshot",
        run: PREPARE,
        more: [`ExecStop=pg_ctlcluster --mode fast ${versions.postgres} main stop`],
      },
    },
    timers: ["godwit-backup.timer"],
  });
}

function text(path: string, content: string) {
  return { path, permissions: "0644", content } as const;
}

function settings(address: string, tunnel: string): string {
  return `listen_addresses = 'localhost, ${address}, ${tunnel}'
password_encryption = 'scram-sha-256'
ssl = on
ssl_min_protocol_version = 'TLSv1.2'
ssl_cert_file = 'server.crt'
ssl_key_file = 'server.key'
# Data can be moved away again as it came.
wal_level = logical
archive_mode = on
archive_timeout = 60
archive_command = 'pgbackrest --config=${ARCHIVE_CONFIG} --stanza=main archive-push %p'
log_connections = on
log_disconnections = on
`;
}

/** Nobody comes in without TLS and a password; on the machine itself, the system's user is enough. */
function access(subnet: string): string {
  return `local   all all peer
hostssl all all ${subnet} scram-sha-256
hostssl all all ${ownRanges.pods} scram-sha-256
hostssl all all ${ownRanges.tunnel} scram-sha-256
`;
}

function archive({ archiveHost, archiveBucket, backupDays }: DatabaseMachine): string {
  return `[main]
pg1-path=${DATABASE_PATH}/${versions.postgres}/main

[global]
start-fast=y
compress-type=zst
repo1-type=s3
repo1-path=/database
repo1-s3-bucket=${archiveBucket}
repo1-s3-endpoint=${archiveHost}
repo1-s3-region=auto
repo1-s3-uri-style=path
repo1-retention-full-type=time
repo1-retention-full=${backupDays}
# R2's owner, too, sees only what is encrypted.
repo1-cipher-type=aes-256-cbc
`;
}

const EXPORTER = `DATA_SOURCE_NAME='user=prometheus host=/run/postgresql dbname=postgres'
ARGS="--web.listen-address=:${ports.databaseMetrics}"
`;

const BACKUP_SERVICE = `[Unit]
Description=Backup of Postgres to R2
After=godwit-database.service

[Service]
Type=oneshot
User=postgres
ExecStart=/usr/local/sbin/godwit-backup ${ARCHIVE_CONFIG}
`;

const BACKUP_TIMER = `[Unit]
Description=Backups of Postgres to R2

[Timer]
OnCalendar=02:30
RandomizedDelaySec=30min
Persistent=true

[Install]
WantedBy=timers.target
`;
