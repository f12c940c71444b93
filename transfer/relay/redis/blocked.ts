import type { Counters } from "../counters.ts";
import { reissue, type BlockingCommand } from "./blocking.ts";
import type { Control } from "./control.ts";
import type { Answer, Verdict } from "./flight.ts";
import type { Link } from "./link.ts";
import type { ReplyCutter } from "./replies.ts";
import { encode, sign } from "./wire.ts";

const CLIENT_ID = encode(["CLIENT", "ID"]);

/** The blocking command, if there is one, that a client waits in. */
export class Blocking {
  readonly #counters: Counters;
  #blocked: BlockedClient | undefined;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** The client waits. */
  get waits(): boolean {
    return this.#blocked !== undefined;
  }

  /** The server has been asked to let the client go and has not answered. */
  get asking(): boolean {
    return this.#blocked?.asking ?? false;
  }

  /** The command is about to be forwarded. */
  begin(link: Link, command: BlockingCommand): void {
    identify(link);
    this.#blocked = new BlockedClient(command, this.#counters, () => {
      this.#blocked = undefined;
    });
    link.flight.expect(this.#blocked);
  }

  /** Asks the server to let the client go; to be repeated until the reply has come. */
  async letGo(link: Link, control: Control, database: number): Promise<void> {
    if (this.#blocked && !this.#blocked.released)
      await this.#blocked.letGo(link, control, database);
  }

  /** Issues again a command that was let go, with the time that is left of it. */
  reissue(link: Link): void {
    if (this.#blocked?.released && !this.#blocked.asking) this.#blocked.reissue(link);
  }
}

/** Before a blocking command is forwarded on a link: learns the client's number there, by which it can be let go. */
function identify(link: Link): void {
  if (link.clientId !== undefined) return;
  link.send(CLIENT_ID, {
    judge: (reply) => {
      if (reply.type === sign.integer) link.clientId = reply.number;
      return "drop";
    },
  });
}

class BlockedClient implements Answer {
  /** The nil of the release was kept from the client: the command is to be issued again. */
  released = false;
  /** The server is being asked to let the client go. */
  asking = false;
  readonly #command: BlockingCommand;
  readonly #since = performance.now();
  readonly #counters: Counters;
  readonly #answered: () => void;
  #unblocked = false;
  #lastIds: readonly string[] = [];

  /** `answered` is called when the client has its reply. */
  constructor(command: BlockingCommand, counters: Counters, answered: () => void) {
    this.#command = command;
    this.#counters = counters;
    this.#answered = answered;
  }

  judge(reply: ReplyCutter): Verdict {
    const early = this.#unblocked && this.#command.answersNil && this.#remainingMs > 0;
    if (early && isNil(reply)) {
      this.released = true;
      return "drop";
    }
    this.#answered();
    return "forward";
  }

  async letGo(link: Link, control: Control, database: number): Promise<void> {
    if (link.clientId === undefined || this.asking) return;
    this.asking = true;
    this.#unblocked = true;
    try {
      const streams = this.#command.fromNow.map(({ key }) => key);
      const ids = await control.unblock(link.clientId, database, streams);
      if (ids === undefined) return;
      this.#lastIds = ids;
      this.#counters.unblocked += 1;
    } catch {
      // The server cannot be asked: the hold goes on trying until its deadline.
    } finally {
      this.asking = false;
    }
  }

  reissue(link: Link): void {
    this.released = false;
    this.#unblocked = false;
    this.#counters.reissued += 1;
    identify(link);
    link.send(reissue(this.#command, this.#remainingMs, this.#lastIds), this);
  }

  get #remainingMs(): number {
    const { timeoutMs } = this.#command;
    return timeoutMs === 0 ? Infinity : timeoutMs - (performance.now() - this.#since);
  }
}

function isNil(reply: ReplyCutter): boolean {
  if (reply.type === sign.null) return true;
  return (reply.type === sign.array || reply.type === sign.bulk) && reply.number < 0;
}
