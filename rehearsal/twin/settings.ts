import { usageError } from "../../automation/errors.ts";
import type { Fault, WorldSettings } from "../clouds/world.ts";
import { scales, type ScaleName } from "../scales.ts";
import { parseFault } from "./faults.ts";
import { phases } from "./phases.ts";

/** What a twin is started with, as it is kept in its folder. */
export interface TwinSettings {
  readonly world: string;
  readonly scale: ScaleName;
  readonly seed: number;
  readonly faults: readonly string[];
  /** False: the world without live traffic, for tests of the clouds. */
  readonly traffic: boolean;
}

/** The data servers of each source world, by the names that faults and endpoints use. */
const serversOf: Readonly<Record<string, readonly string[]>> = {
  "redis-encryption": ["redis.source", "redis.target"],
  cdn: [],
  hetzner: [],
  web: [],
  hipaa: [],
};

/** Machines whose process can be killed, and those to which there is a way that can be disturbed. */
const MACHINES: readonly string[] = Object.keys(phases);
const SERVING_MACHINES: readonly string[] = ["relay"];
/** Servers that are alone. */
const WITHOUT_REPLICA: readonly string[] = ["redis.source"];

export const worldNames: readonly string[] = Object.keys(serversOf);

/** Throws a usage error for a world, scale or fault that does not exist. */
export function assertSettings(settings: {
  readonly world: string;
  readonly scale: string;
  readonly faults: readonly string[];
}): asserts settings is Pick<TwinSettings, "world" | "scale" | "faults"> {
  if (!worldNames.includes(settings.world)) {
    throw usageError(
      "unknown-world",
      `There is no rehearsal for ${settings.world}.`,
      `Rehearsals: ${worldNames.join(", ")}.`,
    );
  }
  if (!(settings.scale in scales)) {
    const known = Object.keys(scales).join(", ");
    throw usageError("unknown-scale", `There is no scale ${settings.scale}.`, `Scales: ${known}.`);
  }
  const servers = serversOf[settings.world]!;
  for (const fault of settings.faults) assertFault(fault, servers);
}

function assertFault(text: string, servers: readonly string[]): void {
  const { kind, on } = read(text);
  const [what, known] =
    kind === "kill" ? ["machine", MACHINES] : ["server", serversFor(kind, servers)];
  if (kind === "failover" && WITHOUT_REPLICA.includes(on)) {
    const wrong = `Fault ${text} cannot be: ${on} stands alone and has no replica that could take over.`;
    throw usageError("no-replica", wrong, "Fail over redis.target, or cut redis.source.");
  }
  if (kind === "deny" || known.includes(on)) return;
  const wrong = `Fault ${text} names ${what} ${on}, which this rehearsal does not have.`;
  throw usageError(`unknown-${what}`, wrong, `There is ${known.join(", ")}.`);
}

/** Also a relay's way can be cut and slowed. */
function serversFor(kind: string, servers: readonly string[]): readonly string[] {
  return kind === "cut" || kind === "slow" ? [...servers, ...SERVING_MACHINES] : servers;
}

function read(fault: string): Fault {
  try {
    return parseFault(fault);
  } catch (error) {
    throw usageError("unknown-fault", (error as Error).message, "Correct --fault.");
  }
}

export function worldSettings(settings: TwinSettings): WorldSettings {
  const scale = scales[settings.scale];
  const { world, seed } = settings;
  return { world, scale, seed, clockFactor: scale.clockFactor };
}
