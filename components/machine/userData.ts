import { stringify } from "yaml";
import { installScript } from "./install.ts";
import { filesOf, unitNameOf, unitOf } from "./unit.ts";
import type { Service } from "./unit.ts";

const INSTALL = "/usr/local/sbin/godwit-install";
const LOGIN_PROFILE = "/etc/profile.d/godwit.sh";
const RETRY_SECONDS = 10;

export interface MachineUserData {
  readonly service: Service;
  /** What the service is started with: references, never secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a command line that is used on the machine is told the same. */
  readonly forLogins?: boolean;
  /** Where godwit is to be had. */
  readonly package: string;
}

/** What a machine is given for its first start: a cloud-config that installs godwit and enables the service. */
export function machineUserData(args: MachineUserData): string {
  const { service, environment, forLogins = false } = args;
  const files = filesOf(service);
  const config = {
    write_files: [
      file(files.unit, "0644", unitOf(service)),
      file(
        files.environment,
        "0600",
        lines(environment, (name, value) => `${name}=${value}`),
      ),
      ...(forLogins ? [loginProfile(environment)] : []),
      file(INSTALL, "0755", installScript(args.package)),
    ],
    runcmd: [
      // A machine's first start may come before its way out of the network.
      ["sh", "-c", `until ${INSTALL}; do sleep ${RETRY_SECONDS}; done`],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", unitNameOf(service)],
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

function loginProfile(environment: Readonly<Record<string, string>>) {
  const content = lines(environment, (name, value) => `export ${name}='${value}'`);
  return file(LOGIN_PROFILE, "0644", content);
}

function lines(
  environment: Readonly<Record<string, string>>,
  line: (name: string, value: string) => string,
): string {
  return Object.entries(environment)
    .map(([name, value]) => `${line(name, value)}\n`)
    .join("");
}

function file(path: string, permissions: string, content: string) {
  return { path, owner: "root:root", permissions, content };
}
