import { failure } from "../../../automation/errors.ts";
import type { StepContext } from "../../../automation/step.ts";
import type { Side } from "../../../transfer/switch/protocol.ts";
import { sourceReference, targetReference } from "../../cloud/redis.ts";
import { relaysOf } from "../../cloud/relays.ts";
import type { ReachedRelay, RelayLook } from "../../jobs/relays.ts";
import { waitFor } from "../../wait.ts";

const MINUTE_MS = 60_000;
const SERVING_DEADLINE_MS = 5 * MINUTE_MS;
/** A balancer and a client library let go of a connection well within this. */
const LEAVING_DEADLINE_MS = 15 * MINUTE_MS;
const LOOK_EVERY_MS = 1_000;

/** Every relay's own word on how it stands. */
export async function lookAtRelays(ctx: StepContext): Promise<readonly RelayLook[]> {
  const { reference } = relaysOf(ctx);
  const { relays } = await ctx.mover.call("relays", { relays: reference });
  return relays as unknown as readonly RelayLook[];
}

/** Waits until every relay is reached; rejects with those that are not, and why. */
export async function reachRelays(ctx: StepContext): Promise<readonly ReachedRelay[]> {
  return await relaysThat(ctx, "to be reached", () => true);
}

/** Waits until every relay serves this side: has been told so by the record, and has its clients there. */
export async function relaysServing(
  ctx: StepContext,
  side: Side,
): Promise<readonly ReachedRelay[]> {
  return await relaysThat(
    ctx,
    `to serve the ${side}`,
    ({ phase, side: decided, forwarding }) =>
      phase === "serving" && decided === side && forwarding === side,
  );
}

/** Waits until no relay has a client; rejects with how many each has. */
export async function relaysUnused(ctx: StepContext): Promise<void> {
  await waitFor<true>(
    ctx,
    {
      what: "the relays' clients to leave",
      deadlineMs: LEAVING_DEADLINE_MS,
      everyMs: LOOK_EVERY_MS,
      tooLate: relaysInUse,
    },
    async () => {
      const relays = await lookAtRelays(ctx);
      const unused = relays.every((relay) => !("unreachable" in relay) && relay.clients === 0);
      return unused ? { done: true } : { seen: clientsOf(relays) };
    },
  );
}

/** Waits until nobody but relays and mover is connected to this side; rejects with who is, by address and name. */
export async function onlyRelays(ctx: StepContext, side: Side): Promise<void> {
  const server = side === "source" ? await sourceReference(ctx) : targetReference(ctx);
  const relays = relaysOf(ctx).reference.nodes.map(({ address }) => address);
  await waitFor<true>(
    ctx,
    {
      what: `clients that bypass the relays to leave the ${side}`,
      deadlineMs: LEAVING_DEADLINE_MS,
      everyMs: LOOK_EVERY_MS,
      tooLate: (seen) => relaysBypassed(side, seen),
    },
    async () => {
      const found = await ctx.mover.call("strangers", { server, relays });
      return found["strangers"] === 0 ? { done: true } : { seen: found["clients"] as string };
    },
  );
}

/** Each relay with its clients, on a line: `relay-1: 12 clients, relay-2: 9 clients`. */
export function clientsOf(relays: readonly RelayLook[]): string {
  return relays
    .map((relay) =>
      "unreachable" in relay
        ? `${relay.name} (${relay.address}): not reached, ${relay.unreachable}`
        : `${relay.name} (${relay.address}): ${relay.clients} clients`,
    )
    .join(", ");
}

async function relaysThat(
  ctx: StepContext,
  what: string,
  isFit: (relay: ReachedRelay) => boolean,
): Promise<readonly ReachedRelay[]> {
  const wait = {
    what: `the relays ${what}`,
    deadlineMs: SERVING_DEADLINE_MS,
    everyMs: LOOK_EVERY_MS,
    tooLate: (seen: string) => relaysNotReady(what, seen),
  };
  return await waitFor<readonly ReachedRelay[]>(ctx, wait, async () => {
    const relays = await lookAtRelays(ctx);
    const unfit = relays.filter((relay) => "unreachable" in relay || !isFit(relay));
    return unfit.length === 0
      ? { done: relays as readonly ReachedRelay[] }
      : { seen: unfit.map(stated).join(", ") };
  });
}

function stated(relay: RelayLook): string {
  const who = `${relay.name} (${relay.address})`;
  if ("unreachable" in relay) return `${who} cannot be reached: ${relay.unreachable}`;
  const decided = relay.side ? `, on the ${relay.side}` : "";
  const still =
    relay.side && relay.forwarding !== relay.side ? `, still at the ${relay.forwarding}` : "";
  return `${who} is ${relay.phase}${decided}${still}`;
}

function relaysNotReady(what: string, seen: string) {
  return failure(
    "relays-not-ready",
    `Not every relay came ${what}: ${seen}.`,
    "The traffic stays where it is.",
    "Look at the unit `godwit-relay` on that machine (`journalctl -u godwit-relay`, by Session Manager), then use `godwit resume RUN`.",
  );
}

function relaysInUse(seen: string) {
  return failure(
    "relays-in-use",
    `Clients still use the relays: ${seen}.`,
    "The relays go on serving them.",
    "Find who still connects to the relays' name (other applications, consoles, long-lived connections), give them the new connection, and use `godwit resume RUN`.",
  );
}

function relaysBypassed(side: Side, clients: string) {
  return failure(
    "relays-bypassed",
    `The ${side} has clients that come neither through the relays nor from the mover: ${clients}.`,
    "They are served as before; a switch would leave them behind, or lose what they write.",
    "Find by address and name what they are, let them connect through the relays or stop them, and use `godwit resume RUN`.",
  );
}
