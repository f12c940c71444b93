import { setTimeout as delay } from "node:timers/promises";
import type { Facts, Job, JobContext } from "../../automation/step.ts";
import { RedisError } from "../../transfer/redis/parser.ts";
import type { NodeStatus } from "../../transfer/relayNode/status.ts";
import type { RelayLink } from "../../transfer/switch/links.ts";
import { DecisionRecord } from "../../transfer/switch/record.ts";
import { addressOf, type ServerReference } from "../cloud/redis.ts";
import type { RelayReference } from "../cloud/relays.ts";
import { linksTo } from "./relayLinks.ts";

const CONFIRMED_WITHIN_MS = 5 * 60_000;
const ASK_EVERY_MS = 200;

/** How one relay stands, as steps read it. */
export type RelayLook =
  { readonly name: string; readonly address: string; readonly unreachable: string } | ReachedRelay;

export type ReachedRelay = Pick<
  NodeStatus,
  "name" | "phase" | "side" | "forwarding" | "epoch" | "startedAt" | "lastHoldMs" | "expiresAt"
> & {
  readonly address: string;
  /** Clients connected. */
  readonly clients: number;
  /** Clients that it has closed, by reason. */
  readonly closed: Readonly<Record<string, number>>;
};

/** Asks every relay of the parameter `relays` how it stands. One that cannot be reached is told, not fatal. */
export const relays: Job = async (ctx) => {
  const reference = ctx.params["relays"] as RelayReference;
  const links = await linksTo(reference, ctx.env);
  try {
    const looks = await Promise.all(links.map((link) => lookAt(link, reference)));
    return JSON.parse(JSON.stringify({ relays: looks })) as Facts;
  } finally {
    for (const link of links) link.close();
  }
};

async function lookAt(link: RelayLink, { nodes }: RelayReference): Promise<RelayLook> {
  const { address } = nodes.find(({ name }) => name === link.name)!;
  try {
    const { stats, ...status } = await link.status();
    return { ...status, address, clients: stats.sessions, closed: stats.closed };
  } catch (error) {
    return { name: link.name, address, unreachable: (error as Error).message };
  }
}

/**
 * Begins the decision record on `target`: the source owns the traffic. Relays serve nobody before. Asked again, it
 * changes nothing; returns the last decision.
 */
export const beginRecord: Job = async (ctx) => {
  const record = openRecord(ctx, (ctx.params["relays"] as RelayReference).move);
  try {
    await whenConfirmed(ctx, () => record.keep({ epoch: 0, side: "source" }));
    return { ...(await whenConfirmed(ctx, () => record.read())) };
  } finally {
    record.close();
  }
};

/**
 * A replica that has just been built, or is being replaced, acknowledges later, and a server that is busy or fails over
 * answers later. Both questions may be repeated; what the server refuses is final.
 */
async function whenConfirmed<T>(ctx: JobContext, ask: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + ctx.clock.deadline(CONFIRMED_WITHIN_MS);
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RedisError || Date.now() > deadline) throw error;
      await delay(ASK_EVERY_MS, undefined, { signal: ctx.signal });
    }
  }
}

/** Replicas of the target whose acknowledgement a decision needs; the encrypted group has one. */
const REPLICAS = 1;

/** The decision record of a move, on the job's parameter `target`. Close it. */
export function openRecord(ctx: JobContext, move: string): DecisionRecord {
  const target = ctx.params["target"] as ServerReference;
  return new DecisionRecord({
    move,
    replicas: REPLICAS,
    address: () => addressOf(target, ctx.env),
  });
}
