import { isDeepStrictEqual } from "node:util";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
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
  /** Names of the properties that differ, as far as that is known. */
  readonly changed: readonly string[];
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
        const resource = describe(event.resourcePreEvent?.metadata, "inputs");
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

/**
 * What in the cloud is not as the last update left it: changed or deleted by others. Asks for every resource of the
 * stack, changes nothing, and does not look at the settings.
 */
export async function drift(request: UpdateRequest): Promise<Preview> {
  return await withStack(request, async (stack) => {
    const resources: PreviewedResource[] = [];
    const result = await stack.previewRefresh({
      // Only what comes back from the cloud tells what has become of the resource.
      onEvent: ({ resOutputsEvent }) => {
        const resource = describe(resOutputsEvent?.metadata, "outputs");
        if (resource) resources.push(resource);
      },
    });
    return { changes: { ...result.changeSummary }, resources, outputs: {} };
  });
}

/** `compared` is where a change shows: in what is asked for, or in what the cloud answers. */
function describe(
  metadata: StepEventMetadata | undefined,
  compared: "inputs" | "outputs",
): PreviewedResource | undefined {
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
    changed: changedIn(metadata, compared),
    inputs: readable(state.inputs as Json),
  };
}

/** The engine names what differs where the provider does; elsewhere it shows by comparing. */
function changedIn(
  { op, detailedDiff, diffs, old, new: planned }: StepEventMetadata,
  compared: "inputs" | "outputs",
): string[] {
  if (op === "same" || !old || !planned) return [];
  const named = detailedDiff ? Object.keys(detailedDiff) : (diffs ?? []);
  if (named.length > 0) return [...named].sort();
  const [before, after] = [old, planned].map((state) => readable(state[compared] as Json) as Facts);
  return Object.keys({ ...before, ...after })
    .filter((name) => !name.startsWith("__") && !isDeepStrictEqual(before![name], after![name]))
    .sort();
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
