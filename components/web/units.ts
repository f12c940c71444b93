import { DATA_PATH } from "./metrics.ts";

/** Starts the application at boot and keeps it running, as a user that owns its data and nothing else. */
export const serviceUnit = `[Unit]
Description=The application, kept running by PM2
Wants=network-online.target
After=network-online.target
RequiresMountsFor=${DATA_PATH}
ConditionPathExists=${DATA_PATH}/current

[Service]
Type=forking
User=web
RuntimeDirectory=web
RuntimeDirectoryMode=0700
Environment=PM2_HOME=/run/web/pm2
PIDFile=/run/web/pm2/pm2.pid
EnvironmentFile=/etc/web/application.env
EnvironmentFile=-/run/web/secrets.env
ExecStartPre=+/usr/local/sbin/web-secrets
ExecStart=/usr/local/bin/pm2 start /etc/web/ecosystem.config.cjs
ExecStop=/usr/local/bin/pm2 kill
Restart=always
RestartSec=5
LimitNOFILE=65536
UMask=0027
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
ReadWritePaths=${DATA_PATH}/data /var/log/web

[Install]
WantedBy=multi-user.target
`;

/** A job of root's: what it does, and when. */
interface Job {
  readonly name: string;
  readonly description: string;
  /** Lines of the timer. */
  readonly when: string;
}

export const jobs: readonly Job[] = [
  {
    name: "web-certificate",
    description: "Certificate of the machine's name",
    // At most five proofs an hour may fail.
    when: "OnBootSec=1min\nOnUnitInactiveSec=15min",
  },
  {
    name: "web-backup",
    description: "Backup of the SQLite file",
    when: "OnCalendar=*-*-* 02:30:00 UTC\nPersistent=true",
  },
];

export function jobUnit({ name, description }: Job): string {
  return `[Unit]
Description=${description}
Wants=network-online.target
After=network-online.target
RequiresMountsFor=${DATA_PATH}

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/${name}
`;
}

export function timerUnit({ description, when }: Job): string {
  return `[Unit]
Description=${description}

[Timer]
${when}

[Install]
WantedBy=timers.target
`;
}
