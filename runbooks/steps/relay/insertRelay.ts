import { failure } from "../../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../../automation/step.ts";
import { applicationOf } from "../../application/application.ts";
import { checkApplication } from "../../cloud/applicationCheck.ts";
import { relaysOf } from "../../cloud/relays.ts";
import { waitFor } from "../../wait.ts";
import { clientsOf, onlyRelays, relaysServing, relaysUnused } from "./relays.ts";

/** A client library connects again well within this. */
const CLIENTS_DEADLINE_MS = 10 * 60_000;
const LOOK_EVERY_MS = 1_000;

/** Brings the application onto the relays, and proves by the source's own client list that nobody goes past them. */
export function insertRelay(): WorkStep {
  return {
    kind: "work",
    id: "insert-relay",
    title: "Bring the application onto the relays, which forward to the source",
    effect:
      "A rolling deployment with another host name, still plaintext and without a token; then only relays and mover are connected to the source.",
    expectedMs: 5 * 60_000,
    commands: [
      "aws ecs register-task-definition",
      "aws ecs update-service --task-definition …",
      "redis-cli CLIENT LIST",
    ],
    check: async (ctx) => {
      await relaysServing(ctx, "source");
    },
    run: insert,
    verify: proveInserted,
    undo: {
      title: "A rolling deployment of the application as it was; then no relay has a client",
      run: takeOut,
    },
  };
}

async function insert(ctx: StepContext): Promise<Facts> {
  const application = applicationOf(ctx);
  const remembered = ctx.checkpoint ?? (await application.remember());
  await ctx.save(remembered);
  const deployed = await application.deploy(relaysOf(ctx).bundle, remembered, "relay");
  return { application: remembered, ...deployed };
}

async function proveInserted(ctx: StepContext): Promise<Facts> {
  const request = await checkApplication(ctx);
  const clients = await relaysUsed(ctx);
  await onlyRelays(ctx, "source");
  return { request, clients, strangers: 0 };
}

/** Waits until clients come through the relays. A balancer spreads connections by chance: few may all be on one. */
async function relaysUsed(ctx: StepContext): Promise<Facts> {
  const wait = {
    what: "clients to come through the relays",
    deadlineMs: CLIENTS_DEADLINE_MS,
    everyMs: LOOK_EVERY_MS,
    tooLate: relaysUnnoticed,
  };
  return await waitFor<Facts>(ctx, wait, async () => {
    const relays = await relaysServing(ctx, "source");
    const used = relays.some(({ clients }) => clients > 0);
    return used
      ? { done: Object.fromEntries(relays.map(({ name, clients }) => [name, clients])) }
      : { seen: clientsOf(relays) };
  });
}

async function takeOut(ctx: StepContext): Promise<void> {
  if (!ctx.checkpoint) return;
  await applicationOf(ctx).restore(ctx.checkpoint);
  await relaysUnused(ctx);
}

function relaysUnnoticed(seen: string) {
  return failure(
    "relays-unnoticed",
    `The application was deployed with the relays' name, and no client has come through them: ${seen}.`,
    "It still uses the source directly, or does not reach the relays.",
    "Check that it reads REDIS_HOST and REDIS_PORT, and that `godwit:relay.allowFrom` names its security group; then use `godwit resume RUN`.",
  );
}
