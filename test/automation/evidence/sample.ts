import { generateKeyPairSync, sign } from "node:crypto";
import { link, type ChainedEvent, type NewEvent } from "../../../automation/evidence/chain.ts";
import type { Signer } from "../../../automation/evidence/sign.ts";
import type { Facts } from "../../../automation/step.ts";

const START = Date.parse("2026-11-21T11:16:04.000Z");

/** Chains events of a run, each a given number of seconds after its start. */
export function chainOf(events: readonly (readonly [second: number, type: string, data: Facts])[]) {
  return events.reduce<ChainedEvent[]>((chain, [second, type, data], index) => {
    const at = new Date(START + second * 1000).toISOString();
    const event: NewEvent = { run: "20261121-a1b2c3", at, type, key: `${type}:${index}`, data };
    return [...chain, link(chain.at(-1), event)];
  }, []);
}

const plan: readonly Facts[] = [
  step("check-source", "Describe and check the source", 5, "Nothing to undo: it only reads"),
  step(
    "build-target",
    "Build the encrypted group beside the source",
    900,
    "Destroys the group again",
  ),
  { ...step("window", "Wait for the maintenance window", 0, "nothing to undo"), kind: "gate" },
  step("stop-writes", "Stop the application's writes", 30, "Starts the application again"),
  step(
    "verify-data",
    "Compare every key of source and target, both ways",
    120,
    "Nothing to undo: it only reads",
  ),
  { ...step("soak", "Watch the application for 24 h", 86_400, "nothing to undo"), kind: "soak" },
  step("retire", "Delete the old cluster with a final snapshot", 300, "irreversible"),
];

function step(id: string, title: string, seconds: number, undo: string): Facts {
  return { id, title, kind: "work", effect: `${title}.`, undo, expectedMs: seconds * 1000 };
}

export const started: Facts = {
  runbook: "redis-encryption",
  title: "Moves a plaintext Redis to an encrypted replication group",
  version: 1,
  mode: "offline",
  stack: "rehearsal",
  startedBy: "ada",
  rehearsal: true,
  scale: "small",
  tools: { node: "20.20.2", pulumi: "3.255.0", redis: "7.0.15" },
  plan,
};

const traffic: Facts = {
  clients: 50,
  writes: 128_400,
  reads: 301_222,
  errors: 214,
  p99Ms: 8.4,
  longestStallMs: 21_840,
  longestStallFrom: "2026-11-21T11:16:19.500Z",
  longestStallDuring: "stop-writes",
  lostWrites: 0,
  duplicatedWrites: 0,
};

const cost: Facts = {
  currency: "USD",
  asOf: "2026-11-01",
  before: [{ what: "cache.t3.micro, 1 node", monthly: 12.41 }],
  during: [
    { what: "Mover, t4g.small", monthly: 12.26 },
    { what: "Mover, volume", monthly: 0.64 },
  ],
  after: [
    { what: "cache.t3.micro, 2 nodes", monthly: 24.82 },
    { what: "KMS key", monthly: 1 },
    { what: "Snapshots, 7 days", monthly: 0.5 },
  ],
};

/** A rehearsal that went through, with something of everything that evidence shows. */
export function completedRun(): ChainedEvent[] {
  return chainOf([
    [0, "run.started", started],
    [0, "step.started", { step: "check-source", attempt: 1 }],
    [1, "step.succeeded", { step: "check-source", result: { nodes: 1 }, durationMs: 840 }],
    [1, "step.started", { step: "build-target", attempt: 1 }],
    [
      3,
      "step.failed",
      { step: "build-target", error: { what: "The driver was killed." }, durationMs: 2000 },
    ],
    [4, "step.started", { step: "build-target", attempt: 2 }],
    [
      12,
      "stack.update",
      {
        step: "build-target",
        stage: "prepare",
        changes: { same: 2, create: 14 },
        durationMs: 7900,
        repaired: { lock: "cancelled", pending: 1 },
      },
    ],
    [12, "step.succeeded", { step: "build-target", result: {}, durationMs: 8400 }],
    [12, "step.started", { step: "window", attempt: 1 }],
    [
      12,
      "gate.waiting",
      { gate: "window", asks: "The maintenance window is open and users know." },
    ],
    [15, "gate.approved", { gate: "window", by: "grace" }],
    [15, "step.succeeded", { step: "window", result: {}, durationMs: 3000 }],
    [15, "step.started", { step: "stop-writes", attempt: 1 }],
    [17, "step.succeeded", { step: "stop-writes", result: {}, durationMs: 1900 }],
    [17, "step.started", { step: "verify-data", attempt: 1 }],
    [
      21,
      "verification",
      { step: "verify-data", what: "redis", source: 100_000, target: 100_000, differences: 0 },
    ],
    [21, "step.succeeded", { step: "verify-data", result: {}, durationMs: 4100 }],
    [21, "step.started", { step: "soak", attempt: 1 }],
    [21, "soak.started", { step: "soak", ms: 86_400_000 }],
    [30, "soak.ended", { step: "soak" }],
    [30, "step.succeeded", { step: "soak", result: {}, durationMs: 9000 }],
    [30, "step.started", { step: "retire", attempt: 1 }],
    [
      34,
      "stack.update",
      { step: "retire", stage: "settled", changes: { delete: 1, same: 15 }, durationMs: 3800 },
    ],
    [34, "step.succeeded", { step: "retire", result: {}, durationMs: 4000 }],
    [
      34,
      "criterion",
      {
        id: "group",
        title: "The new group is encrypted",
        met: true,
        proof: { atRest: true, transit: "required" },
      },
    ],
    [
      34,
      "criterion",
      {
        id: "logs",
        title: "No Redis errors in the logs",
        met: true,
        proof: "0 of 1,204 lines in the last 10 minutes",
      },
    ],
    [34, "cost", cost],
    [35, "run.ended", { status: "completed", sentence: "Every step has succeeded." }],
    [36, "traffic", traffic],
  ]);
}

/** A signer that keeps its key in memory. */
export function memorySigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  return {
    algorithm: "Ed25519",
    publicKey: () => Promise.resolve(pem),
    sign: (bytes) => Promise.resolve(sign(null, bytes, privateKey)),
  };
}
