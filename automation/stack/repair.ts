import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { pulumiCli } from "./cliCall.ts";

/** A creation that was begun and whose end the state does not know. */
export interface PendingCreate {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The provider's id that a pending creation has, if it came into being; undefined when nobody can tell. */
export type FindExisting = (pending: PendingCreate) => Promise<string | undefined>;

/** What was mended after a killed update; goes into the evidence. */
export interface Repair {
  /** Found in the cloud, and now in the state. */
  readonly imported: readonly string[];
  /** Not found in the cloud: will be created again. */
  readonly cleared: readonly string[];
}

interface State {
  readonly resources?: readonly { readonly urn: string }[];
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: PendingCreate;
  }[];
}

interface Exported {
  readonly deployment: State;
}

/**
 * Mends the pending operations that a killed update left in the state (pulumi/pulumi#5531). What may have been
 * created is put into the state under the id it would have; a refresh then asks the cloud, fills in what exists and
 * drops what does not. Secrets stay encrypted throughout.
 */
export async function repairPending(
  stack: Stack,
  find?: FindExisting,
): Promise<Repair | undefined> {
  const exported = await exportState(stack);
  const pending = exported.deployment.pending_operations ?? [];
  if (pending.length === 0) return undefined;
  const creates = pending.filter(({ type }) => type === "creating").map(({ resource }) => resource);
  const candidates = await withIds(creates, find);
  await importState(stack, {
    ...exported,
    deployment: {
      ...exported.deployment,
      resources: [...(exported.deployment.resources ?? []), ...candidates],
      pending_operations: [],
    },
  });
  await stack.refresh();
  return tell(creates, await exportState(stack));
}

async function withIds(creates: readonly PendingCreate[], find?: FindExisting) {
  const found = await Promise.all(
    creates.map(async (create) => ({
      ...create,
      id: await find?.(create),
      outputs: create.inputs,
    })),
  );
  return found.filter(({ id }) => id !== undefined);
}

function tell(creates: readonly PendingCreate[], { deployment }: Exported): Repair {
  const known = new Set(deployment.resources?.map(({ urn }) => urn));
  const urns = creates.map(({ urn }) => urn);
  return {
    imported: urns.filter((urn) => known.has(urn)),
    cleared: urns.filter((urn) => !known.has(urn)),
  };
}

// The Automation API's own export and import decrypt every secret, and import by way of a file that anyone may read.

async function exportState(stack: Stack): Promise<Exported> {
  return JSON.parse(await pulumiCli(stack, ["stack", "export"])) as Exported;
}

async function importState(stack: Stack, state: Exported): Promise<void> {
  await pulumiCli(stack, ["stack", "import"], JSON.stringify(state));
}
