import { onSide } from "../errors.ts";
import { functionLibraries } from "../functions.ts";
import { since7, type Servers } from "./servers.ts";

/** Names of the function libraries that one side lacks or has with other code; none before Redis 7.0. */
export async function differingLibraries(servers: Servers): Promise<string[]> {
  if (!since7(servers)) return [];
  const [source, target] = await Promise.all([
    onSide("source", functionLibraries(servers.source.connection)),
    onSide("target", functionLibraries(servers.target.connection)),
  ]);
  const names = new Set([...source.keys(), ...target.keys()]);
  return [...names].filter((name) => source.get(name) !== target.get(name)).sort();
}
