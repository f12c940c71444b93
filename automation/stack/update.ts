import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation/index.js";
import type { RunEnvironment } from "../environment.ts";
import type { Progress } from "../step.ts";
import { explainPulumi } from "./errors.ts";
import { mendFileBackend } from "./fileBackend.ts";
import { openStack, PROJECT, type ProgramOptions } from "./open.ts";
import { withLock } from "./lock.ts";
import { repairPending, type FindExisting, type Repair } from "./repair.ts";

export interface UpdateRequest extends ProgramOptions {
  readonly environment: Pick<RunEnvironment, "env" | "workDir">;
  readonly stack: string;
  readonly signal?: AbortSignal;
  /** An earlier attempt of the same run was killed while it updated this stack: its lock is ours to cancel. */
  readonly resumed?: boolean;
  /** Finds in the cloud what a killed update may have created without recording it. */
  readonly find?: FindExisting;
  onProgress?(progress: Progress): void;
}

export interface Update {
  /** Number of resources by what was done to them: `create`, `update`, `same`, … */
  readonly changes: Readonly<Record<string, number>>;
  readonly outputs: OutputMap;
  /** What had to be mended first, after an update that was killed. */
  readonly repaired: Repair | undefined;
}

/** Brings the stack to what its settings say, mending first what a killed update left behind. */
export async function up(request: UpdateRequest): Promise<Update> {
  return await withStack(request, async (stack) => {
    const repaired = await repairPending(stack, request.find);
    const result = await stack.up({ ...quietly(request), onEvent: reporter(request) });
    return { changes: result.summary.resourceChanges ?? {}, outputs: result.outputs, repaired };
  });
}

/** Deletes what the stack built; what it adopted (`retainOnDelete`) stays. */
export async function destroy(request: UpdateRequest): Promise<Omit<Update, "outputs">> {
  return await withStack(request, async (stack) => {
    const repaired = await repairPending(stack, request.find);
    const result = await stack.destroy({ ...quietly(request), onEvent: reporter(request) });
    return { changes: result.summary.resourceChanges ?? {}, repaired };
  });
}

/** The stack's outputs as of its last update; secret ones are marked. */
export async function outputs(request: UpdateRequest): Promise<OutputMap> {
  return await withStack(request, (stack) => stack.outputs());
}

export async function withStack<T>(
  request: UpdateRequest,
  work: (stack: Stack) => Promise<T>,
): Promise<T> {
  try {
    mendFileBackend(request.environment.env);
    const stack = await openStack(request.environment, request.stack, request);
    return await withLock(stack, request.resumed ?? false, () => work(stack));
  } catch (error) {
    throw explainPulumi(error, request.stack);
  }
}

/** The settings' secrets, which the API would otherwise decrypt for its summary, are of no use to us. */
function quietly({ signal }: UpdateRequest): { showSecrets: false; signal?: AbortSignal } {
  return { showSecrets: false, ...(signal && { signal }) };
}

/** Turns the engine's events into progress: which resource is being worked on, how many are done. */
function reporter(request: UpdateRequest): (event: EngineEvent) => void {
  let done = 0;
  return ({ resourcePreEvent, resOutputsEvent }) => {
    const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
    if (!metadata || metadata.op === "same" || !isInTheCloud(metadata.type)) return;
    if (resOutputsEvent) done += 1;
    const name = metadata.urn.split("::").at(-1) ?? metadata.urn;
    request.onProgress?.({ doing: `${metadata.op} ${name}`, done, unit: "resources" });
  };
}

/** Components, providers and the stack itself exist only in the state. */
function isInTheCloud(type: string): boolean {
  return !type.startsWith("pulumi:") && !type.startsWith(`${PROJECT}:`);
}
