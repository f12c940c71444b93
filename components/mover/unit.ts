/** Where the machine keeps what the service is started with. */
export const moverFiles = {
  unit: "/etc/systemd/system/godwit-mover.service",
  environment: "/etc/godwit/mover.env",
  program: "/usr/local/bin/godwit",
} as const;

/** The unit's name, as `systemctl` takes it. */
export const MOVER_UNIT = "godwit-mover.service";

/** Keeps the mover running whatever ends it, as a user of its own that may do nothing but compute and connect. */
export function moverUnit(): string {
  return `[Unit]
Description=Moves data for godwit's runs
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=${moverFiles.program} worker --mover
EnvironmentFile=${moverFiles.environment}
Environment=GODWIT_HOME=/var/lib/godwit
StateDirectory=godwit
StateDirectoryMode=0700
WorkingDirectory=/var/lib/godwit
Restart=always
RestartSec=1
LimitNOFILE=65536
UMask=0077

DynamicUser=yes
CapabilityBoundingSet=
NoNewPrivileges=yes
LockPersonality=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`;
}
