import * as pulumi from "@pulumi/pulumi";
import { beginsEmpty, isBefore, tokenRotations } from "./config.ts";
import type { Mode, Stage, TokenRotation } from "./config.ts";

/** Starts the message of every refusal of an outdated checkout; drivers recognise it by this. */
export const STALE_STAGE = "GODWIT_STALE_STAGE";

/** What a run writes into a stack's settings, and what an outdated checkout therefore lacks. */
export interface Reached {
  readonly stage: Stage;
  /** How the target gets its data. */
  readonly mode?: Mode;
  /** The snapshot that the target was restored from. */
  readonly snapshot?: string;
  /** The source's last snapshot, named once its retirement is prepared. */
  readonly finalSnapshot?: string;
  /** When the relays stop serving. */
  readonly relayUntil?: string;
  /** How far the target's token has been exchanged. */
  readonly tokenRotation?: TokenRotation;
}

export interface StageOptions {
  /** Lets a run go back to an older stage, or drop what a run has written. Never set by `pulumi up`. */
  readonly allowOlderStage?: boolean;
}

const RECORD_TYPE = "godwit:stage:Record";

/** Keeps in the stack's own state how far the migration is. */
export class StageRecord extends pulumi.ComponentResource {
  constructor(reached: Reached, opts?: pulumi.ComponentResourceOptions) {
    super(RECORD_TYPE, "stage", {}, opts);
    const { stage, mode, snapshot, finalSnapshot, relayUntil, tokenRotation } = reached;
    this.registerOutputs({ stage, mode, snapshot, finalSnapshot, relayUntil, tokenRotation });
  }
}

/**
 * Refuses settings (`asked`) that are older than what the stack has reached, then records them as reached. Call it before any
 * resource is declared: a refusal changes nothing, and an update that fails half-way has its stage recorded.
 *
 * @throws pulumi.RunError with a message that starts with `STALE_STAGE`
 */
export async function enterStage(asked: Reached, options: StageOptions = {}): Promise<void> {
  const recorded = await recordedStage();
  const stale = recorded && !options.allowOlderStage && staleness(recorded, asked);
  if (stale) throw new pulumi.RunError(`${STALE_STAGE}: ${stale}`);
  new StageRecord(asked);
  await registered();
}

/** Why `asked` must not be applied over `recorded`, as one paragraph; nothing if it may. */
export function staleness(
  recorded: Reached,
  asked: Reached,
  stack = pulumi.getStack(),
): string | undefined {
  const stale = outdated(recorded, asked);
  if (stale.length === 0) return undefined;
  const differences = stale.map(
    (name) => `has godwit:${name} ${recorded[name]}, but the settings here ${asks(name, asked)}`,
  );
  const commands = stale.map(
    (name) => `\`pulumi config set --stack ${stack} godwit:${name} ${recorded[name]}\``,
  );
  return [
    `Stack ${stack} ${differences.join("; it ")}.`,
    "Nothing was changed.",
    `This checkout is older than the stack: bring it up to date with \`git pull\`, or with ${commands.join(" and ")}.`,
    "Only a run goes back to what was before: `godwit rollback`.",
  ].join(" ");
}

function outdated(recorded: Reached, asked: Reached): (keyof Reached)[] {
  const names: (keyof Reached)[] = [];
  if (isBefore(asked.stage, recorded.stage)) names.push("stage");
  if (modeIsSettled(recorded) && asked.mode !== recorded.mode) names.push("mode");
  for (const name of ["snapshot", "finalSnapshot"] as const) {
    if (recorded[name] !== undefined && asked[name] !== recorded[name]) names.push(name);
  }
  if (relaysAreReplaced(recorded, asked)) names.push("relayUntil");
  if (rotationOf(asked) < rotationOf(recorded)) names.push("tokenRotation");
  return names;
}

/**
 * Whether another mode would take the target's data away, or the relays from before their clients: a group begins empty,
 * or with its snapshot.
 */
function modeIsSettled({ mode, snapshot }: Reached): boolean {
  return beginsEmpty(mode) || (mode === "offline" && snapshot !== undefined);
}

/** Another end makes other machines of the relays, and takes their clients away; in stage settled there are none. */
function relaysAreReplaced({ relayUntil }: Reached, asked: Reached): boolean {
  return relayUntil !== undefined && asked.stage !== "settled" && asked.relayUntil !== relayUntil;
}

function rotationOf({ tokenRotation = "none" }: Reached): number {
  return tokenRotations.indexOf(tokenRotation);
}

function asks(name: keyof Reached, asked: Reached): string {
  const value = asked[name];
  if (value === undefined) return "have none";
  const ordered = name === "stage" || name === "tokenRotation";
  return `ask for ${ordered ? "the earlier " : ""}${value}`;
}

/** Waits until the engine has what was declared so far. The SDK waits so itself; its type declarations leave it out. */
async function registered(): Promise<void> {
  const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs: () => Promise<void> };
  await waitForRPCs();
}

/** What the stack's state says has been reached; nothing before the first update. */
async function recordedStage(): Promise<Reached | undefined> {
  // The engine's own function: unlike a StackReference it sees every resource, also those of an update that failed
  // before the stack's outputs were written, and it adds no resource.
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const state = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  })) as { outputs?: Record<string, { type: string; outputs: Reached }> };
  return Object.values(state.outputs ?? {}).find(({ type }) => type === RECORD_TYPE)?.outputs;
}
