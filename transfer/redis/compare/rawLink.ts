import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { RedisConnection, type RedisAddress } from "../connection.ts";
import { LinkError, sideError, type Side } from "../errors.ts";
import { selectCommand } from "./commands.ts";
import { ReplyCursor } from "./replies.ts";

/** A server that owes an answer and has sent nothing for so long is taken for lost. */
const ANSWER_MS = 30_000;
const FIRST_BYTES = 64 * 1024;

interface Question {
  readonly answer: Answer;
  resolve(replies: Buffer): void;
  reject(error: Error): void;
}

/**
 * A connection on which many commands are asked at once and whose replies come back as the bytes they are. Their end
 * is found by a last command, an ECHO of a word that nobody else knows: no reply has to be taken apart for it.
 */
export class RawLink {
  readonly #side: Side;
  readonly #socket: Socket;
  readonly #end: Buffer;
  readonly #echo: Buffer;
  readonly #questions: Question[] = [];
  #lost: Error | undefined;

  private constructor(side: Side, socket: Socket) {
    this.#side = side;
    this.#socket = socket;
    const word = randomBytes(16).toString("hex");
    this.#end = Buffer.from(`$${word.length}\r\n${word}\r\n`);
    this.#echo = Buffer.concat([Buffer.from("*2\r\n$4\r\nECHO\r\n"), this.#end]);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
    socket.setTimeout(ANSWER_MS, () => {
      if (this.#questions.length > 0) this.#fail(new Error(`no answer in ${ANSWER_MS / 1000} s`));
    });
    socket.resume();
  }

  /** @throws LinkError or RefusedError */
  static async open(side: Side, address: RedisAddress): Promise<RawLink> {
    try {
      return new RawLink(side, (await RedisConnection.open(address)).detach());
    } catch (error) {
      throw sideError(side, error);
    }
  }

  /** Replies to these commands in one database. Rejects with `LinkError` when the link is lost. */
  async ask(db: number, commands: readonly Buffer[]): Promise<ReplyCursor> {
    const replies = new ReplyCursor(this.#side, await this.#send([selectCommand(db), ...commands]));
    replies.status();
    return replies;
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(commands: readonly Buffer[]): Promise<Buffer> {
    if (this.#lost) return Promise.reject(this.#lost);
    this.#socket.cork();
    for (const bytes of commands) this.#socket.write(bytes);
    this.#socket.write(this.#echo);
    this.#socket.uncork();
    return new Promise((resolve, reject) => {
      this.#questions.push({ answer: new Answer(), resolve, reject });
    });
  }

  #take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      const question = this.#questions[0];
      if (!question) return this.#fail(new Error("an answer that belongs to no question"));
      const left = question.answer.take(rest, this.#end);
      if (left === undefined) return;
      this.#questions.shift();
      question.resolve(question.answer.bytes);
      rest = left;
    }
  }

  #fail(error: Error): void {
    this.#lost ??= new LinkError(this.#side, error.message, error);
    this.#socket.destroy();
    for (const { reject } of this.#questions.splice(0)) reject(this.#lost);
  }
}

/** Gathers the chunks of one answer. */
class Answer {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Adds a chunk; returns what of it comes after the end, or undefined while the end has not come. */
  take(chunk: Buffer, end: Buffer): Buffer | undefined {
    const before = this.#length;
    this.#append(chunk);
    const found = this.bytes.indexOf(end, Math.max(0, before - end.length + 1));
    if (found < 0) return undefined;
    this.#length = found;
    return chunk.subarray(found + end.length - before);
  }

  #append(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#buffer.length));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = length;
  }
}
