import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { World } from "../world.ts";

/** Parts of a secret's ARN before the optional JSON key. */
const ARN_PARTS = 7;

/**
 * A container's variables: its environment, and its secrets as they are now.
 * @throws the secrets service's error for a secret that cannot be read.
 */
export async function containerEnvironment(
  world: Pick<World, "secretValue">,
  container: ContainerDefinition,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const { name, value } of container.environment ?? []) env[name!] = value ?? "";
  for (const { name, valueFrom } of container.secrets ?? []) {
    env[name!] = await secretOf(world, valueFrom!);
  }
  return env;
}

/** `valueFrom`: a name or ARN, which may go on with `:json-key:version-stage:version-id`. */
async function secretOf(world: Pick<World, "secretValue">, valueFrom: string): Promise<string> {
  const parts = valueFrom.split(":");
  if (!valueFrom.startsWith("arn:")) return await world.secretValue(valueFrom);
  const value = await world.secretValue(parts.slice(0, ARN_PARTS).join(":"));
  const jsonKey = parts[ARN_PARTS];
  if (!jsonKey) return value;
  const field = (JSON.parse(value) as Record<string, unknown>)[jsonKey];
  if (typeof field === "string") return field;
  throw new Error(`the secret ${valueFrom} has no text under the key ${jsonKey}`);
}
