import { stringify } from "yaml";
import { installScript } from "./install.ts";
import { MOVER_UNIT, moverFiles, moverUnit } from "./unit.ts";

const INSTALL = "/usr/local/sbin/godwit-install";
const LOGIN_PROFILE = "/etc/profile.d/godwit.sh";
const RETRY_SECONDS = 10;

export interface UserDataArgs {
  readonly region: string;
  /** Where the mover looks for its engine: a reference, never the value. */
  readonly engineSecretArn: string;
  /** Where godwit is to be had. */
  readonly package: string;
}

/** What the machine is given for its first start: a cloud-config without any secret. */
export function moverUserData(args: UserDataArgs): string {
  const environment = { AWS_REGION: args.region, GODWIT_ENGINE_SECRET: args.engineSecretArn };
  const config = {
    write_files: [
      file(moverFiles.unit, "0644", moverUnit()),
      file(
        moverFiles.environment,
        "0600",
        lines(environment, (name, value) => `${name}=${value}`),
      ),
      // A command line that is used on this machine knows by them that it is the mover's.
      file(
        LOGIN_PROFILE,
        "0644",
        lines(environment, (name, value) => `export ${name}='${value}'`),
      ),
      file(INSTALL, "0755", installScript(args.package)),
    ],
    runcmd: [
      // A machine's first start may come before its way out of the network.
      ["sh", "-c", `until ${INSTALL}; do sleep ${RETRY_SECONDS}; done`],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", MOVER_UNIT],
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
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
