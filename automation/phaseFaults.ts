import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { godwitHome } from "./home.ts";

/**
 * A rehearsal's faults `kill@relay:PHASE` and `kill@mover:PHASE`, which `GODWIT_FAULTS` names, comma separated: kills
 * this process when it enters the phase, once in the life of its machine, which its home remembers. Does nothing
 * without them.
 */
export function killAtPhase(
  name: "mover" | "relay",
  env: Readonly<Record<string, string | undefined>>,
): (phase: string) => void {
  const faults = new Set((env["GODWIT_FAULTS"] ?? "").split(",").map((fault) => fault.trim()));
  return (phase) => {
    if (!faults.has(`kill@${name}:${phase}`)) return;
    const home = env["GODWIT_HOME"] ?? godwitHome();
    if (isFirst(home, `killed-${name}-${phase}`)) process.kill(process.pid, "SIGKILL");
  };
}

function isFirst(home: string, marker: string): boolean {
  mkdirSync(home, { recursive: true });
  try {
    writeFileSync(join(home, marker), "", { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
