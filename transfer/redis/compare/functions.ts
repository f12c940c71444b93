import type { RedisConnection } from "../connection.ts";
import { replyDigest } from "../content.ts";
import { RedisError, type Reply } from "../parser.ts";
import type { Servers } from "./servers.ts";

/**
 * Names of the function libraries that differ: missing on either side, or with other code. None when a server does
 * not know functions (before 7.0) or does not let us list them.
 */
export async function differingLibraries({ source, target }: Servers): Promise<string[]> {
  const [a, b] = await Promise.all([
    librariesOf(source.connection),
    librariesOf(target.connection),
  ]);
  if (!a || !b) return [];
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => a.get(name) !== b.get(name)).sort();
}

/** Digest of each library's engine and code, by name. */
async function librariesOf(connection: RedisConnection): Promise<Map<string, string> | undefined> {
  const reply = await connection.send(["FUNCTION", "LIST", "WITHCODE"]);
  if (reply instanceof RedisError) return undefined;
  const libraries = (reply as Reply[][]).map(fieldsOf);
  return new Map(
    libraries.map(({ library_name: name, engine, library_code: code }) => [
      String(name),
      replyDigest([engine ?? null, code ?? null]),
    ]),
  );
}

function fieldsOf(flat: readonly Reply[]): Record<string, Reply> {
  const fields: Record<string, Reply> = {};
  for (let i = 0; i < flat.length; i += 2) fields[String(flat[i])] = flat[i + 1]!;
  return fields;
}
