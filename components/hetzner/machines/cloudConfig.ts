import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { unitFile } from "./unit.ts";
import type { Unit } from "./unit.ts";

/** What a machine of the cluster gets for its first start. */
export interface Machine {
  readonly packages: readonly string[];
  readonly files: readonly MachineFile[];
  /** Services by name, in the order in which they are started. */
  readonly units: Readonly<Record<string, Unit>>;
  /** Timers among its files that are started as well. */
  readonly timers?: readonly string[];
  /** The machine's own firewall. */
  readonly firewall: string;
}

export interface MachineFile {
  readonly path: string;
  readonly content: string;
  readonly permissions: "0600" | "0644" | "0755";
}

/** Bytes of user data that Hetzner takes. */
export const MAX_USER_DATA = 32_768;

/**
 * The cloud-config that says all that. It has no secret in it: the metadata service shows it to whoever asks on the
 * machine.
 */
export function cloudConfig({ packages, files, units, timers = [], firewall }: Machine): string {
  const names = Object.keys(units).map((name) => `${name}.service`);
  const config = {
    package_update: true,
    packages: ["nftables", "wireguard-tools", "curl", ...packages],
    ssh_pwauth: false,
    disable_root: false,
    write_files: [
      file({ path: "/etc/nftables.conf", permissions: "0644", content: firewall }),
      ...files.map(file),
      ...Object.entries(units).map(([name, unit]) =>
        file({
          path: `/etc/systemd/system/${name}.service`,
          permissions: "0644",
          content: unitFile(unit),
        }),
      ),
    ],
    runcmd: [
      ["systemctl", "enable", "--now", "nftables.service"],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "--no-block", ...names, ...timers],
    ],
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

function file({ path, permissions, content }: MachineFile) {
  return { path, owner: "root:root", permissions, content };
}

/** A script of this folder, as a program of the machine. */
export function program(script: string, path: string): MachineFile {
  const content = readFileSync(new URL(script, import.meta.url), "utf8");
  return { path, permissions: "0755", content };
}

/** A file of names and values, as `source` and systemd read it. */
export function variables(path: string, values: Readonly<Record<string, string>>): MachineFile {
  const lines = Object.entries(values).map(([name, value]) => `${name}='${value}'\n`);
  return { path, permissions: "0644", content: lines.join("") };
}
