import { RedisConnection, type RedisAddress } from "./connection.ts";
import { onSide } from "./errors.ts";
import { serverInfo } from "./info.ts";
import { RedisError, type Reply } from "./parser.ts";

/** What the target has of the source's programs, after carrying. */
export interface CarriedPrograms {
  /** Function libraries on the source. */
  readonly libraries: number;
  /** Names of libraries that the target has with other code, lacks, or has alone; empty when both are equal. */
  readonly differing: readonly string[];
  /** Scripts in either cache. Redis does not list their bodies, so only the counts can be compared. */
  readonly scripts: { readonly source: number; readonly target: number };
  /** SHA-1 of the given bodies, as the target knows them now. */
  readonly loaded: readonly string[];
}

export interface ProgramOptions {
  /** Bodies of scripts that clients call by their SHA-1. Redis cannot be asked for them. */
  readonly scripts?: readonly string[];
}

/**
 * Carries function libraries to the target, replacing those of the same name, and loads the given script bodies.
 * Libraries that only the target has stay, and are named in `differing`. A source before 7.0 has none.
 */
export async function carryPrograms(
  source: RedisAddress,
  target: RedisAddress,
  options: ProgramOptions = {},
): Promise<CarriedPrograms> {
  const from = await onSide("source", RedisConnection.open(source));
  try {
    const to = await onSide("target", RedisConnection.open(target));
    try {
      return await carry(from, to, options.scripts ?? []);
    } finally {
      to.close();
    }
  } finally {
    from.close();
  }
}

/** Code of each function library by its name; a server before 7.0 has none. */
export async function functionLibraries(
  connection: RedisConnection,
): Promise<ReadonlyMap<string, string>> {
  const reply = await connection.send(["FUNCTION", "LIST", "WITHCODE"]);
  if (reply instanceof RedisError) {
    if (reply.message.includes("unknown command")) return new Map();
    throw reply;
  }
  return new Map((reply as Reply[][]).map(codeByName));
}

/** Scripts in a server's cache. */
export async function cachedScripts(connection: RedisConnection): Promise<number> {
  return Number((await serverInfo(connection, "memory"))["number_of_cached_scripts"] ?? 0);
}

async function carry(
  from: RedisConnection,
  to: RedisConnection,
  bodies: readonly string[],
): Promise<CarriedPrograms> {
  const onSource = await onSide("source", functionLibraries(from));
  if (onSource.size > 0) {
    const dump = (await onSide("source", from.ask("FUNCTION", "DUMP"))) as Buffer;
    await onSide("target", to.ask("FUNCTION", "RESTORE", dump, "REPLACE"));
  }
  const loaded: string[] = [];
  for (const body of bodies) {
    loaded.push(String(await onSide("target", to.ask("SCRIPT", "LOAD", body))));
  }
  return {
    libraries: onSource.size,
    differing: differing(onSource, await onSide("target", functionLibraries(to))),
    scripts: {
      source: await onSide("source", cachedScripts(from)),
      target: await onSide("target", cachedScripts(to)),
    },
    loaded,
  };
}

function differing(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => a.get(name) !== b.get(name)).sort();
}

/** `FUNCTION LIST` tells each library as a list of fields and values. */
function codeByName(fields: readonly Reply[]): [string, string] {
  const of = (name: string) =>
    String(fields[fields.findIndex((field) => String(field) === name) + 1]);
  return [of("library_name"), of("library_code")];
}
