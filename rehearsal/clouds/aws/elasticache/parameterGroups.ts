import { AwsError } from "../../world.ts";
import { maxMemoryOf } from "./nodeTypes.ts";
import type { CacheAccount, CacheSettings, ParameterGroup } from "./model.ts";

/** Parameters that can be set, with the defaults of the family redis7. */
const DEFAULTS: Readonly<Record<string, string>> = {
  "maxmemory-policy": "volatile-lru",
  "maxmemory-samples": "3",
  "reserved-memory-percent": "25",
  "notify-keyspace-events": "",
  timeout: "0",
  "tcp-keepalive": "300",
  "lazyfree-lazy-eviction": "no",
  "lazyfree-lazy-expire": "no",
  "lazyfree-lazy-server-del": "no",
  "slowlog-log-slower-than": "10000",
  "slowlog-max-len": "128",
  "cluster-enabled": "no",
};

/** Decided for the server by the service, not passed on as they are. */
const OF_THE_SERVICE: readonly string[] = ["reserved-memory-percent", "cluster-enabled"];

export const defaultParameterGroup: ParameterGroup = {
  name: "default.redis7",
  family: "redis7",
  description: "Default parameter group for redis7",
  parameters: {},
  tags: {},
};

/** Throws for a parameter that the family does not have. */
export function assertParameters(parameters: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(parameters).find((name) => !(name in DEFAULTS));
  if (unknown === undefined) return;
  const message = `Could not find parameter with name: ${unknown}`;
  throw new AwsError("InvalidParameterValueException", message);
}

export function parametersOf(group: ParameterGroup): Readonly<Record<string, string>> {
  return { ...DEFAULTS, ...group.parameters };
}

/** Throws `CacheParameterGroupNotFoundFault`. */
export function parameterGroup(account: CacheAccount, name: string): ParameterGroup {
  const group = account.parameterGroups.get(name);
  if (group) return group;
  throw new AwsError(
    "CacheParameterGroupNotFoundFault",
    `CacheParameterGroup ${name} not found.`,
    404,
  );
}

/** Redis configuration that node type and parameter group of a cluster or group amount to. */
export function serverParameters(
  account: CacheAccount,
  settings: Pick<CacheSettings, "nodeType" | "parameterGroup">,
): Readonly<Record<string, string>> {
  const parameters = parametersOf(parameterGroup(account, settings.parameterGroup));
  const reserved = Number(parameters["reserved-memory-percent"]);
  const passed = Object.entries(parameters).filter(([name]) => !OF_THE_SERVICE.includes(name));
  return {
    ...Object.fromEntries(passed),
    maxmemory: String(maxMemoryOf(settings.nodeType, reserved)),
  };
}

/** Brings a changed parameter group to the servers that use it. */
export async function applyParameters(account: CacheAccount, name: string): Promise<void> {
  for (const { settings, nodes } of [...account.groups.values(), ...standalone(account)]) {
    if (settings.parameterGroup !== name) continue;
    const parameters = serverParameters(account, settings);
    await Promise.all(nodes.map(({ server }) => server.configure(parameters)));
  }
}

function standalone({ clusters }: CacheAccount) {
  return [...clusters.values()].map(({ settings, node }) => ({
    settings,
    nodes: node ? [node] : [],
  }));
}
