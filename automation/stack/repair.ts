import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";

const execFileAsync = promisify(execFile);

/** A creation that was begun and whose end the state does not know. */
export interface PendingCreate {
  readonly urn: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Looks in the cloud for what a pending creation made; the provider's id of it, or undefined. */
export type FindExisting = (pending: PendingCreate) => Promise<string | undefined>;

/** What was mended after a killed update; goes into the evidence. */
export interface Repair {
  /** Found in the cloud, and now in the state. */
  readonly imported: readonly string[];
  /** Not found in the cloud: will be created again. */
  readonly cleared: readonly string[];
}

interface StoredState {
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: PendingCreate;
  }[];
}

/**
 * Mends the pending operations that a killed update left in the state: imports what was created without being
 * recorded, clears the rest, which will be created again.
 */
export async function repairPending(
  stack: Stack,
  find?: FindExisting,
): Promise<Repair | undefined> {
  const pending = pendingCreates(await stack.exportStack());
  if (pending.length === 0) return undefined;
  const looked = await Promise.all(
    pending.map(async (create) => ({ urn: create.urn, id: await find?.(create) })),
  );
  const found = looked.flatMap(({ urn, id }) => (id === undefined ? [] : [{ urn, id }]));
  const cleared = looked.filter(({ id }) => id === undefined).map(({ urn }) => urn);
  await refreshPending(stack, found, cleared.length > 0);
  return { imported: found.map(({ urn }) => urn), cleared };
}

function pendingCreates(exported: Deployment): PendingCreate[] {
  const state = exported.deployment as StoredState | null;
  const operations = state?.pending_operations ?? [];
  return operations
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => ({ ...resource, inputs: resource.inputs ?? {} }));
}

/** The Automation API has no call for importing pending creations, so the command line is asked directly. */
async function refreshPending(
  stack: Stack,
  imports: readonly { urn: string; id: string }[],
  clearRest: boolean,
): Promise<void> {
  const importFlags = imports.flatMap(({ urn, id }) => [
    "--import-pending-creates",
    `${urn} ${id}`,
  ]);
  if (imports.length > 0) await refresh(stack, importFlags);
  if (clearRest) await refresh(stack, ["--clear-pending-creates"]);
}

async function refresh(stack: Stack, flags: readonly string[]): Promise<void> {
  const { workDir, envVars } = stack.workspace;
  const env = { ...process.env, ...(envVars as Record<string, string>) };
  const args = ["refresh", "--stack", stack.name, "--yes", "--skip-preview", "--non-interactive"];
  await execFileAsync("pulumi", [...args, ...flags], { cwd: workDir, env });
}
