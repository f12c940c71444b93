/** Where the installation puts the command line. */
export const PROGRAM = "/usr/local/bin/godwit";

/** What of godwit a machine runs. */
export interface Service {
  /** Its name among godwit's services: `mover` runs as the unit `godwit-mover`. */
  readonly id: string;
  /** What it does, for people. */
  readonly description: string;
  /** What the command line is started with. */
  readonly arguments: string;
}

/** The unit's name, as `systemctl` takes it. */
export function unitNameOf({ id }: Service): string {
  return `godwit-${id}.service`;
}

/** Where the machine keeps what the service is started with. */
export function filesOf(service: Service): { readonly unit: string; readonly environment: string } {
  return {
    unit: `/etc/systemd/system/${unitNameOf(service)}`,
    environment: `/etc/godwit/${service.id}.env`,
  };
}

/** Keeps the service running whatever ends it, as a user of its own that may do nothing but compute and connect. */
export function unitOf(service: Service): string {
  return `[Unit]
Description=${service.description}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=${PROGRAM} ${service.arguments}
EnvironmentFile=${filesOf(service).environment}
Environment=GODWIT_HOME=/var/lib/godwit
StateDirectory=godwit
StateDirectoryMode=0700
WorkingDirectory=/var/lib/godwit
Restart=always
RestartSec=1
# What a check has refused, such as to serve past its time, would be refused again.
RestartPreventExitStatus=4
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
