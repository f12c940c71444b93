import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Facts, Json } from "../step.ts";
import { withStack, type UpdateRequest } from "./update.ts";

export interface PreviewedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The cloud's own id, where the resource exists already. */
  readonly id?: string;
  readonly parent: string;
  readonly op: string;
  /** Secret values are masked. */
  readonly inputs: Json;
}

export interface Preview {
  readonly changes: Facts;
  readonly resources: readonly PreviewedResource[];
  /** Outputs as the update would leave them, as far as they are known before it; secrets masked. */
  readonly outputs: Facts;
}

/** What an update would change. Changes nothing. */
export async function preview(request: UpdateRequest): Promise<Preview> {
  return await withStack(request, async (stack) => {
    const resources: PreviewedResource[] = [];
    let outputs: Facts = {};
    const result = await stack.preview({
      onEvent: (event) => {
        const resource = resourceOf(event);
        if (resource) resources.push(resource);
        outputs = outputsIn(event) ?? outputs;
      },
    });
    return {
      changes: { ...result.changeSummary },
      resources,
      outputs,
    };
  });
}

function resourceOf({ resourcePreEvent }: EngineEvent): PreviewedResource | undefined {
  const metadata = resourcePreEvent?.metadata;
  const state = metadata?.new ?? metadata?.old;
  if (!metadata || !state) return undefined;
  // What is planned has no id yet, whatever it had.
  const id = state.id || metadata.old?.id;
  return {
    urn: metadata.urn,
    type: metadata.type,
    name: metadata.urn.split("::").at(-1)!,
    ...(id && { id }),
    parent: state.parent,
    op: metadata.op,
    inputs: readable(state.inputs as Json),
  };
}

/** The stack's own outputs are those of its root resource. */
function outputsIn({ resOutputsEvent }: EngineEvent): Facts | undefined {
  const metadata = resOutputsEvent?.metadata;
  if (metadata?.type !== "pulumi:pulumi:Stack" || !metadata.new) return undefined;
  return readable(metadata.new.outputs as Json) as Facts;
}

const MASK = "[secret]";
/** The engine marks a secret by an object with this signature; older ones print the word. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The engine's stand-in for a value that only the update will tell. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function readable(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => readable(item as Json));
  if (value === UNKNOWN) return "[known after the update]";
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_SIGNATURE in value) return MASK;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item)]));
}
