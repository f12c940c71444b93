import { DurableConnection, type DurableOptions } from "./durable.ts";
import type { Decision, Side } from "./protocol.ts";

/** Where the record is kept. */
export interface RecordOptions extends DurableOptions {
  /** Names the move; the record is the hash `godwit:switch:<move>`, which no copy and no comparison touches. */
  readonly move: string;
}

/**
 * Looks, and writes if the rule of `ARGV[1]` allows. `settle` appends: the epoch must be the one after the last, so
 * that nothing is ever overwritten and an erased record is not begun anew by somebody who does not know how it ended.
 * `keep` puts back what a server of traffic knows. `looks` is written each time for the WAIT that follows.
 */
const SCRIPT = `
local last = tonumber(redis.call('HGET', KEYS[1], 'last') or -1)
local epoch = tonumber(ARGV[2])
local append = ARGV[1] == 'settle' and last >= 0 and epoch == last + 1
if append or (ARGV[1] == 'keep' and last < epoch) then
  redis.call('HSET', KEYS[1], 'last', epoch, epoch, ARGV[3])
  last = epoch
end
if last < 0 then return false end
redis.call('HINCRBY', KEYS[1], 'looks', 1)
return { last, redis.call('HGET', KEYS[1], last) }`;

/**
 * The decision record: one entry an epoch, in one hash, so that it is erased whole or not at all. It always lives on
 * the target, in a rollback too. Every answer is durable; every method rejects when it cannot be (see
 * DurableConnection), and may then be called again.
 */
export class DecisionRecord {
  readonly #connection: DurableConnection;
  readonly #key: string;

  constructor({ move, ...options }: RecordOptions) {
    this.#connection = new DurableConnection(options);
    this.#key = `godwit:switch:${move}`;
  }

  /** The last decision; undefined when there is no record, which gives nobody leave to serve. */
  read(): Promise<Decision | undefined> {
    return this.#ask("read", 0, "");
  }

  /** Decides this epoch for this side unless it is decided. Returns the last decision, which is of this epoch or a later one; an earlier one or undefined: the record was erased, and nothing is decided. */
  settle(epoch: number, side: Side): Promise<Decision | undefined> {
    return this.#ask("settle", epoch, side);
  }

  /** Puts a decision back that its caller serves by, if the record is gone or behind. Epoch 0 begins a record: only while the relays are put in, before any switch. */
  async keep({ epoch, side }: Decision): Promise<void> {
    await this.#ask("keep", epoch, side);
  }

  close(): void {
    this.#connection.close();
  }

  async #ask(how: string, epoch: number, side: string): Promise<Decision | undefined> {
    const reply = await this.#connection.ask(["EVAL", SCRIPT, 1, this.#key, how, epoch, side]);
    if (reply === null) return undefined;
    const [last, chosen] = reply as [number, Buffer];
    return { epoch: last, side: sideOf(String(chosen)) };
  }
}

function sideOf(text: string): Side {
  if (text === "source" || text === "target") return text;
  throw new Error(
    `The decision record names ${JSON.stringify(text)}, not source or target: somebody else has written it. Nobody serves by it; look at the hash, and at who may write to the target.`,
  );
}
