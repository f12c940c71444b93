import type { Socket } from "node:net";
import { RedisConnection } from "../connection.ts";
import { RefusedError, sideError } from "../errors.ts";
import { serverInfo } from "../info.ts";
import { RedisError } from "../parser.ts";
import { CommandStream } from "./commandStream.ts";
import { KeyPositions } from "./keyPositions.ts";
import { RdbSkipper } from "./rdbSkipper.ts";
import { StreamReader } from "./streamReader.ts";
import type { Armed, OpenWatcher, WatchEvents, WatchPosition, Watcher } from "./watcher.ts";

const LF = 10;
/**
 * The server wants one a second; after a snapshot it begins to stream with the first that it gets when its own child
 * has ended.
 */
const ACKNOWLEDGE_EVERY_MS = 100;
/** The server may wait this long for more replicas before it answers (`repl-diskless-sync-delay`, 5 s if not set). */
const ANSWER_MS = 60_000;
/** A primary pings its replicas every `repl-ping-replica-period`, 10 s if not set. */
const SILENCE_MS = 30_000;

/**
 * Native replication (PSYNC), for servers that allow it: the stream names everything that changes, with its database.
 * Goes on after a lost connection where it was, as long as the server's backlog reaches back.
 */
export const openReplication: OpenWatcher = async (source, events, from) => {
  try {
    const connection = await RedisConnection.open(source);
    const { run_id: runId = "" } = await serverInfo(connection, "server");
    const positions = await KeyPositions.read(connection);
    await introduce(connection);
    const link = new ReplicationLink(connection.detach(), runId, positions, events);
    return await link.start(from);
  } catch (error) {
    throw sideError("source", error);
  }
};

async function introduce(connection: RedisConnection): Promise<void> {
  await connection.ask("REPLCONF", "capa", "eof", "capa", "psync2");
  // Redis 7 then leaves the data out of the snapshot, which nobody needs; an older one does not know the word.
  const filter = await connection.send(["REPLCONF", "rdb-filter-only", ""]);
  if (filter instanceof RedisError && filter.code !== "ERR") throw filter;
}

class ReplicationLink implements Watcher {
  readonly kind = "replication";
  readonly seesAll = true;
  readonly runId: string;
  readonly #socket: Socket;
  readonly #events: WatchEvents;
  readonly #reader: StreamReader;
  readonly #stream: CommandStream;
  #replId = "";
  /** Offset at which this connection's stream begins. */
  #begin = 0;
  #take: (chunk: Buffer) => void = () => undefined;
  #acknowledging: NodeJS.Timeout | undefined;
  #ended = false;
  #refuse: ((error: Error) => void) | undefined;

  constructor(socket: Socket, runId: string, positions: KeyPositions, events: WatchEvents) {
    this.#socket = socket;
    this.runId = runId;
    this.#events = events;
    this.#reader = new StreamReader(positions, events, () => this.#acknowledge());
    this.#stream = new CommandStream((command) => this.#reader.read(command));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the server closed the connection")));
    socket.setTimeout(ANSWER_MS, () => this.#end(new Error("the server is silent")));
    socket.on("data", (chunk: Buffer) => {
      try {
        this.#take(chunk);
      } catch (error) {
        this.#end(error as Error);
      }
    });
  }

  position(): WatchPosition {
    const offset = this.#begin + this.#stream.bytes;
    return { runId: this.runId, replId: this.#replId, offset, db: this.#reader.db };
  }

  close(): void {
    this.#ended = true;
    clearInterval(this.#acknowledging);
    this.#socket.destroy();
  }

  /** Asks for the stream, from `from` if the server still has it. */
  async start(from: WatchPosition | undefined): Promise<Armed> {
    const place = from ? `${from.replId} ${from.offset + 1}` : "? -1";
    const resumed = await new Promise<boolean>((resolve, reject) => {
      this.#refuse = reject;
      this.#take = firstLine((answer, rest) => {
        const resumes = this.#answered(answer, from);
        this.#refuse = undefined;
        if (resumes) this.#streamFrom(rest);
        else this.#skipFrom(rest);
        resolve(resumes);
      });
      this.#socket.write(`PSYNC ${place}\r\n`);
    });
    this.#socket.setTimeout(SILENCE_MS);
    return { watcher: this, resumed };
  }

  /** Whether the stream goes on where `from` is. */
  #answered(answer: string, from: WatchPosition | undefined): boolean {
    const [word, replId, offset] = answer.split(" ");
    if (word === "+FULLRESYNC") {
      [this.#replId, this.#begin] = [replId!, Number(offset)];
      return false;
    }
    if (word !== "+CONTINUE" || !from) throw refusal(answer);
    [this.#replId, this.#begin] = [replId ?? from.replId, from.offset];
    this.#reader.db = from.db;
    return true;
  }

  #skipFrom(rest: Buffer): void {
    const skipper = new RdbSkipper();
    this.#take = (chunk) => {
      const after = skipper.push(chunk);
      if (after) this.#streamFrom(after);
    };
    if (rest.length > 0) this.#take(rest);
  }

  #streamFrom(rest: Buffer): void {
    this.#take = (chunk) => this.#stream.push(chunk);
    this.#acknowledging = setInterval(() => this.#acknowledge(), ACKNOWLEDGE_EVERY_MS);
    // The server sends nothing after a snapshot until it hears that it was taken.
    this.#acknowledge();
    if (rest.length > 0) this.#take(rest);
  }

  #acknowledge(): void {
    this.#socket.write(`REPLCONF ACK ${this.#begin + this.#stream.bytes}\r\n`);
  }

  #end(why: Error): void {
    if (this.#ended) return;
    this.close();
    if (this.#refuse) this.#refuse(why);
    else this.#events.lost(why.message);
  }
}

/**
 * Reads up to the end of the first line that is not empty: empty ones keep the connection alive while a snapshot is
 * prepared.
 */
function firstLine(found: (line: string, rest: Buffer) => void): (chunk: Buffer) => void {
  let line = "";
  return (chunk) => {
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] !== LF) line += String.fromCharCode(chunk[at]!);
      else if (line.trim() !== "") return found(line.trim(), chunk.subarray(at + 1));
      else line = "";
    }
  };
}

function refusal(answer: string): Error {
  if (answer.startsWith("-")) return new RedisError(answer.slice(1));
  return new RefusedError("source", "PSYNC", `it answered PSYNC with ${answer.slice(0, 80)}`);
}
