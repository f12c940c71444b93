import type { EngineEvent, OutputMap } from "@pulumi/pulumi/automation/index.js";
import type { Facts, Json } from "../step.ts";
import { withStack, type UpdateRequest } from "./update.ts";

export interface PreviewedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly op: string;
  /** Secret values are masked. */
  readonly inputs: Json;
}

export interface Preview {
  readonly changes: Facts;
  readonly resources: readonly PreviewedResource[];
  /** Outputs as of the last update, secrets masked. */
  readonly outputs: Facts;
}

/** What an update would change. Changes nothing. */
export async function preview(request: UpdateRequest): Promise<Preview> {
  return await withStack(request, async (stack) => {
    const resources: PreviewedResource[] = [];
    const result = await stack.preview({
      onEvent: (event) => {
        const resource = resourceOf(event);
        if (resource) resources.push(resource);
      },
    });
    return {
      changes: { ...result.changeSummary },
      resources,
      outputs: masked(await stack.outputs()),
    };
  });
}

function resourceOf({ resourcePreEvent }: EngineEvent): PreviewedResource | undefined {
  const metadata = resourcePreEvent?.metadata;
  const state = metadata?.new ?? metadata?.old;
  if (!metadata || !state) return undefined;
  return {
    urn: metadata.urn,
    type: metadata.type,
    name: metadata.urn.split("::").at(-1)!,
    parent: state.parent,
    op: metadata.op,
    inputs: withoutSecrets(state.inputs as Json),
  };
}

const MASK = "[secret]";

function masked(outputs: OutputMap): Facts {
  const entries = Object.entries(outputs).map(([name, { value, secret }]) => [
    name,
    secret ? MASK : (value as Json),
  ]);
  return Object.fromEntries(entries) as Facts;
}

/** The engine marks a secret by an object with this signature; older ones print the word. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item as Json));
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_SIGNATURE in value) return MASK;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]),
  );
}
