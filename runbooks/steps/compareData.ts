import { failure } from "../../automation/errors.ts";
import type { Facts, StepContext, Verification, WorkStep } from "../../automation/step.ts";
import type { Difference } from "../../transfer/redis/verify.ts";
import { bothReferences } from "../cloud/redis.ts";
import { askTail } from "./tail.ts";

/** Every key of both sides, with its value and its expiry, while nobody writes. Fails when a single one differs. */
export function compareData(): WorkStep {
  return comparison({
    id: "verify-data",
    title: "Compare every key of source and target, both ways",
    effect: "Reads both servers; changes nothing. Fails if one key, value or expiry differs.",
    compare: compareBoth,
  });
}

/** The same while clients write and the tail follows: what has just changed is looked at again, what differs mended. */
export function compareLive(id: string): WorkStep {
  return comparison({
    id,
    title: "Compare every key of source and target, both ways, while clients write",
    effect:
      "Reads both servers at a pace that the serving one does not feel; copies again what differs, and fails if that does not help.",
    compare: compareWhileLive,
  });
}

function comparison(spec: {
  readonly id: string;
  readonly title: string;
  readonly effect: string;
  compare(ctx: StepContext): Promise<Verification>;
}): WorkStep {
  const { id, title, effect } = spec;
  return {
    kind: "work",
    id,
    title,
    effect,
    expectedMs: 2 * 60_000,
    run: async (ctx) => ({ ...(await spec.compare(ctx)) }),
    undo: { title: "Nothing to undo: it only reads" },
  };
}

/** Compares the run's source and target and puts the outcome into the evidence; rejects on any difference. */
export async function compareBoth(ctx: StepContext): Promise<Verification> {
  return await judged(ctx, await ctx.mover.call("compare", await bothReferences(ctx)));
}

/** The same of a pair that a tail keeps equal. */
export async function compareWhileLive(ctx: StepContext): Promise<Verification> {
  return await judged(ctx, await askTail(ctx, "compare"));
}

async function judged(ctx: StepContext, found: Facts): Promise<Verification> {
  await ctx.record("verification", `redis:${ctx.attempt}`, { what: "redis", ...found });
  const { source, target, differences } = found as unknown as Verification;
  if (differences > 0) throw differ(found);
  return { what: "redis", source, target, differences };
}

function differ(found: Facts) {
  const { source, target, differences } = found as unknown as Verification;
  const first = (found["sample"] as unknown as readonly Difference[])
    .slice(0, 5)
    .map(({ db, kind, keyDigest }) => `db ${db} key ${keyDigest}: ${kind}`);
  return failure(
    "data-differs",
    `${differences} keys differ between the source (${source} keys) and the target (${target} keys): ${first.join("; ")}.`,
    "",
    "Keys are named by the first 16 digits of their SHA-256. If something still writes, stop it and use `godwit resume RUN`.",
  );
}
