import type { Side } from "../../../../transfer/switch/protocol.ts";
import type { Sentinel, Tails } from "../../../../transfer/switch/tails.ts";

/** Tails that carry nothing and note what is asked of them. */
export class FakeTails implements Tails {
  readonly asked: string[] = [];
  toward: Side;
  /** What the next drain does instead of ending at once. */
  draining: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  preparing: Promise<void> = Promise.resolve();

  constructor(toward: Side) {
    this.toward = toward;
  }

  prepare(): Promise<void> {
    return this.preparing;
  }

  expectSentinel(): Sentinel {
    return { key: "godwit:sentinel:fake", value: "1", ttlMs: 60_000 };
  }

  drain({ key }: Sentinel, signal: AbortSignal): Promise<void> {
    this.asked.push(`drain ${key}`);
    return this.draining(signal);
  }

  async turn(): Promise<void> {
    this.asked.push("turn");
  }

  async arm(toward: Side, equal: boolean): Promise<void> {
    this.toward = toward;
    this.asked.push(`arm ${toward}${equal ? "" : " with a full pass"}`);
  }
}
