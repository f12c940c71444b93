import type { RedisConnection } from "../connection.ts";
import type { Reply } from "../parser.ts";
import type { StreamedCommand } from "./commandStream.ts";

/**
 * Where a command's keys are: from `first` to `last` (from the end when negative), every `step` words; none when
 * `first` is 0.
 */
interface Positions {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Keys stand in places that depend on other words (SORT … STORE, GEORADIUS … STORE). */
  readonly movable: boolean;
}

/** Knows, from the server's own COMMAND, which words of a command are keys. */
export class KeyPositions {
  readonly #byName: ReadonlyMap<string, Positions>;

  private constructor(byName: ReadonlyMap<string, Positions>) {
    this.#byName = byName;
  }

  static async read(connection: RedisConnection): Promise<KeyPositions> {
    const byName = new Map<string, Positions>();
    for (const entry of (await connection.ask("COMMAND")) as Reply[][]) enter(byName, entry);
    return new KeyPositions(byName);
  }

  /**
   * The keys of a command, perhaps with words that are none: of a command with movable keys every word may be one.
   * Undefined when it cannot be told.
   */
  of(command: StreamedCommand): readonly Buffer[] | undefined {
    const name = wordAt(command, 0);
    const positions = this.#byName.get(`${name}|${wordAt(command, 1)}`) ?? this.#byName.get(name);
    if (!positions) return undefined;
    const keys = wordsAt(command, positions);
    return keys.every((key) => key !== undefined) ? keys : undefined;
  }
}

function enter(byName: Map<string, Positions>, entry: Reply[]): void {
  const [name, , flags, first, last, step] = entry;
  const movable = (flags as Buffer[]).some((flag) => String(flag) === "movablekeys");
  const positions = { first, last, step, movable } as Positions;
  byName.set(String(name).toLowerCase(), positions);
  // Redis 7 lists subcommands, named `xgroup|create`, in the tenth place.
  for (const subcommand of (entry[9] ?? []) as Reply[][]) enter(byName, subcommand);
}

function wordsAt(
  command: StreamedCommand,
  { first, last, step, movable }: Positions,
): (Buffer | undefined)[] {
  if (movable) return command.slice(1).filter((word) => word !== undefined);
  if (first === 0) return [];
  const end = last < 0 ? command.length + last : last;
  return command.slice(first, end + 1).filter((_, i) => i % step === 0);
}

/** A word of a command's name, in lower case. */
export function wordAt(command: StreamedCommand, index: number): string {
  return command[index]?.toString("latin1").toLowerCase() ?? "";
}
