import { failure } from "../../automation/errors.ts";
import type { Facts, StepContext } from "../../automation/step.ts";
import type { Bundle } from "../application/application.ts";

/** One relay's machine. */
export type RelayMachine = {
  /** As it calls itself: `relay-1`. */
  readonly name: string;
  /** Its private address: where its control channel listens, and what a server's client list shows of its clients. */
  readonly address: string;
};

/** How to reach the relays of a move: what a step gives a job, which alone reads the channel's key. */
export type RelayReference = {
  readonly nodes: readonly RelayMachine[];
  readonly controlPort: number;
  /** ARN of the secret that holds the control channel's key. */
  readonly controlSecretArn: string;
  /** Names the decision record. */
  readonly move: string;
};

/** The relays, as the stack's outputs describe them. */
export interface Relays {
  readonly reference: RelayReference;
  /** What the application must be given to connect through them. */
  readonly bundle: Bundle;
}

type RelayOutputs = RelayReference & {
  readonly connection: { readonly environment: Readonly<Record<string, string>> };
};

/** The relays that the run has built. Rejects before it has, and after they are gone. */
export function relaysOf(ctx: Pick<StepContext, "results">): Relays {
  const outputs = relayOutputs(ctx);
  if (!outputs) throw noRelays();
  const { move, controlPort, controlSecretArn } = outputs;
  const nodes = outputs.nodes.map(({ name, address }) => ({ name, address }));
  return {
    reference: { nodes, controlPort, controlSecretArn, move },
    bundle: { environment: outputs.connection.environment, secrets: {} },
  };
}

/** Whether the stack still has relays, as its last update says. */
export function hasRelays(ctx: Pick<StepContext, "results">): boolean {
  return relayOutputs(ctx) !== undefined;
}

function relayOutputs({ results }: Pick<StepContext, "results">): RelayOutputs | undefined {
  const updates = Object.values(results).flatMap(({ outputs }) => (outputs ? [outputs] : []));
  const relay = (updates.at(-1) as Facts | undefined)?.["relay"];
  return (relay ?? undefined) as RelayOutputs | undefined;
}

function noRelays() {
  return failure(
    "no-relays",
    "The stack has no relays: the run has not built them yet, or has taken them down again.",
    "",
    "Set `godwit:relay` in the stack's settings, and resume the run until its `prepare` step has succeeded.",
  );
}
