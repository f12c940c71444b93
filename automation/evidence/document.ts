import { canonical } from "./canonical.ts";
import type { ChainedEvent } from "./chain.ts";
import { signBytes, type Signature, type Signer } from "./sign.ts";
import { summarise, type Summary } from "./summary.ts";

/** The record of a run: what happened, the chain of events that proves it, and who vouches for the chain. */
export interface Evidence extends Summary {
  readonly events: readonly ChainedEvent[];
  readonly signature: Signature;
}

/** Makes the evidence of a run, ended or not, from its events (at least `run.started`) and signs it. */
export async function sealEvidence(
  events: readonly ChainedEvent[],
  signer: Signer,
): Promise<Evidence> {
  const summary = summarise(events);
  return { ...summary, events, signature: await signBytes(signer, signedBytes(summary, events)) };
}

/** What the signature is over. The last hash stands for all events; the count and the header say whose they are. */
export function signedBytes(summary: Summary, events: readonly ChainedEvent[]): Uint8Array {
  const { format, run, runbook, mode, stack, status } = summary;
  const last = events.at(-1)?.hash ?? "";
  const header = { format, run, runbook, mode, stack, status, events: events.length, last };
  return Buffer.from(canonical(header));
}

/** The evidence as a file of JSON. */
export function renderJson(evidence: Evidence): string {
  return `${JSON.stringify(evidence, undefined, 2)}\n`;
}
