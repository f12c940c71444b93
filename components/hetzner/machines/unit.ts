/** A service of one of the cluster's machines. */
export interface Unit {
  readonly description: string;
  readonly after: readonly string[];
  /** What prepares it; it runs again at each start. */
  readonly prepare?: string;
  readonly run: string;
  /** `oneshot`: done when `run` has ended well. */
  readonly type: "simple" | "oneshot" | "notify";
  /** Further lines of `[Service]`. */
  readonly more?: readonly string[];
}

const RETRY_SECONDS = 5;

/** A unit that is tried again until it works: what it waits for comes from other machines. */
export function unitFile({ description, after, prepare, run, type, more = [] }: Unit): string {
  const order = ["network-online.target", ...after].join(" ");
  const service = [
    `Type=${type}`,
    ...(type === "oneshot" ? ["RemainAfterExit=yes"] : []),
    ...(prepare === undefined ? [] : [`ExecStartPre=${prepare}`]),
    `ExecStart=${run}`,
    `Restart=${type === "oneshot" ? "on-failure" : "always"}`,
    `RestartSec=${RETRY_SECONDS}`,
    ...more,
  ];
  return `[Unit]
Description=${description}
Wants=network-online.target
After=${order}
StartLimitIntervalSec=0

[Service]
${service.join("\n")}

[Install]
WantedBy=multi-user.target
`;
}
