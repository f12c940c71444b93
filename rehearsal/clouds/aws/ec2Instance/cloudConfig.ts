import { parse } from "yaml";

interface CloudConfig {
  readonly write_files?: readonly { readonly path: string; readonly content: string }[];
  readonly runcmd?: readonly (string | readonly string[])[];
}

/** A service as a machine's first start sets it up. */
export interface MachineService {
  /** `godwit-mover` */
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Pause before it is started again; undefined: what has ended stays so. */
  readonly restartMs: number | undefined;
}

const HEADER = "#cloud-config\n";
const UNIT_FOLDER = "/etc/systemd/system/";

/** The services that a machine with this user data runs: the units that it writes and enables. */
export function servicesOf(userData: string): MachineService[] {
  if (!userData.startsWith(HEADER)) return [];
  const config = parse(userData) as CloudConfig;
  const files = new Map(config.write_files?.map(({ path, content }) => [path, content]));
  return enabledUnits(config).map((unit) => serviceOf(unit, files));
}

/** Named by `systemctl enable --now UNIT`. */
function enabledUnits({ runcmd = [] }: CloudConfig): string[] {
  const words = runcmd.map((command) =>
    typeof command === "string" ? command.split(/\s+/) : command,
  );
  return words
    .filter(([program, verb]) => program === "systemctl" && verb === "enable")
    .flatMap(([, , ...rest]) => rest.filter((word) => !word.startsWith("-")));
}

function serviceOf(unit: string, files: ReadonlyMap<string, string>): MachineService {
  const settings = settingsOf(contentOf(files, `${UNIT_FOLDER}${unit}`));
  const environmentFiles = settings.get("EnvironmentFile") ?? [];
  const lines = [
    ...(settings.get("Environment") ?? []),
    ...environmentFiles.flatMap((path) => contentOf(files, path).split("\n")),
  ];
  const restarts = settings.get("Restart")?.at(-1) === "always";
  return {
    name: unit.replace(/\.service$/, ""),
    command: (settings.get("ExecStart")?.at(-1) ?? "").split(/\s+/),
    environment: Object.fromEntries(lines.flatMap(variable)),
    restartMs: restarts ? Number(settings.get("RestartSec")?.at(-1) ?? 0.1) * 1_000 : undefined,
  };
}

function contentOf(files: ReadonlyMap<string, string>, path: string): string {
  const content = files.get(path);
  if (content === undefined) throw new Error(`The machine's user data does not write ${path}.`);
  return content;
}

/** `Name=value` lines; a name may come several times. */
function settingsOf(unit: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const [, name = "", value = ""] of unit.matchAll(/^(\w+)=(.*)$/gm)) {
    settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

function variable(line: string): [string, string][] {
  const [, name, value = ""] = /^\s*(\w+)=(.*)$/.exec(line) ?? [];
  return name === undefined ? [] : [[name, value]];
}
