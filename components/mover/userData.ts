import { stringify } from "yaml";
import { installScript } from "./install.ts";
import { MOVER_UNIT, moverFiles, moverUnit } from "./unit.ts";

const INSTALL = "/usr/local/sbin/godwit-install";
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
  const { region, engineSecretArn } = args;
  const config = {
    write_files: [
      file(moverFiles.unit, "0644", moverUnit()),
      file(
        moverFiles.environment,
        "0600",
        `AWS_REGION=${region}\nGODWIT_ENGINE_SECRET=${engineSecretArn}\n`,
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

function file(path: string, permissions: string, content: string) {
  return { path, owner: "root:root", permissions, content };
}
