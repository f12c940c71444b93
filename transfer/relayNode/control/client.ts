import type { LookupFunction } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import type { PrepareReport } from "../../relay/options.ts";
import type { RelayLink } from "../../switch/links.ts";
import type { Message, Side } from "../../switch/protocol.ts";
import type { NodeStatus } from "../status.ts";
import { CHANNEL, HEARTBEAT_MS, IDENTITY } from "./channel.ts";
import {
  encodeFrame,
  FrameReader,
  MalformedFrameError,
  relayFrame,
  type DriverFrame,
  type RelayFrame,
} from "./frames.ts";
import { Questions } from "./questions.ts";

const CONNECT_WITHIN_MS = 5_000;
const STATUS_WITHIN_MS = 5_000;
/** Thousands of clients are connected anew. */
const PREPARE_WITHIN_MS = 60_000;
const RETRY_FIRST_MS = 20;
const RETRY_MOST_MS = 2_000;

/** Where a relay is reached, and by which key. */
export interface ControlAddress {
  /** As the relay calls itself; one of another name heeds nothing. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly key: Buffer;
  /** Name resolution other than the system's. */
  readonly lookup?: LookupFunction | undefined;
  /** A relay that has not told how it stands for so long (ms) is connected anew; 5 s when absent. */
  readonly statusWithinMs?: number;
}

/** The driver's end of a relay's control channel. Connects at once and, whenever it is lost, again. */
export class ControlClient implements RelayLink {
  readonly #address: ControlAddress;
  readonly #questions = new Questions();
  readonly #listeners: ((message: Message) => void)[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  #socket: TLSSocket | undefined;
  /** The handshake is over: what is said now is heard. */
  #open = false;
  #retryMs = RETRY_FIRST_MS;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(address: ControlAddress) {
    this.#address = address;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#connect();
  }

  get name(): string {
    return this.#address.name;
  }

  send({ type, epoch }: Message): void {
    if (type !== "hold" && type !== "decided") return;
    if (this.#open) this.#write({ type, epoch });
  }

  onMessage(listen: (message: Message) => void): void {
    this.#listeners.push(listen);
  }

  async prepare(side: Side): Promise<PrepareReport> {
    const answer = await this.#ask((id) => ({ type: "prepare", id, side }), PREPARE_WITHIN_MS);
    if (answer.type === "prepared") return answer.report;
    throw new Error(
      `Relay ${this.name} could not prepare for the ${side}: ${answer.type === "failed" ? answer.why : "it gave another answer"}.`,
    );
  }

  async status(): Promise<NodeStatus> {
    const { statusWithinMs = STATUS_WITHIN_MS } = this.#address;
    const answer = await this.#ask((id) => ({ type: "status", id }), statusWithinMs);
    if (answer.type === "status") return answer.status;
    throw new Error(`Relay ${this.name} does not tell how it stands.`);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retry);
    if (this.#socket) this.#socket.destroy();
    else this.#questions.fail(this.#unreachable("the link was closed"));
  }

  #connect(): void {
    clearTimeout(this.#retry);
    const { host, port, key, lookup } = this.#address;
    const socket = connect({
      ...CHANNEL,
      host,
      port,
      ...(lookup && { lookup }),
      pskCallback: () => ({ identity: IDENTITY, psk: key }),
      // There is no certificate: that the handshake succeeds proves the key.
      checkServerIdentity: () => undefined,
    });
    this.#socket = socket;
    const reader = new FrameReader(relayFrame);
    let why = "it closed the connection";
    socket.setNoDelay(true);
    socket.setTimeout(CONNECT_WITHIN_MS, () => socket.destroy(new Error("it does not answer")));
    socket.once("secureConnect", () => this.#opened(socket));
    socket.on("data", (chunk: Buffer) => this.#read(socket, reader, chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => (why = reasonOf(error)));
    socket.on("close", () => this.#lost(why));
  }

  #opened(socket: TLSSocket): void {
    socket.setTimeout(0);
    this.#open = true;
    this.#write({ type: "hello", relay: this.name });
    for (const frame of this.#questions.unsent()) this.#write(frame);
  }

  #lost(why: string): void {
    this.#open = false;
    this.#socket = undefined;
    this.#questions.fail(this.#unreachable(why));
    if (this.#closed) return;
    this.#retry = setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, RETRY_MOST_MS);
  }

  #read(socket: TLSSocket, reader: FrameReader<RelayFrame>, chunk: Buffer): void {
    try {
      for (const frame of reader.read(chunk)) this.#take(frame);
    } catch (error) {
      if (!(error instanceof MalformedFrameError)) throw error;
      socket.destroy(new Error(`it sent ${error.message}`));
    }
  }

  #take(frame: RelayFrame): void {
    this.#retryMs = RETRY_FIRST_MS;
    if ("id" in frame) return this.#questions.answer(frame.id, frame);
    for (const listen of this.#listeners) listen(frame);
  }

  /** Asks at once where the channel is open, else as soon as it is; rejects when the next attempt to open it fails. */
  async #ask(question: (id: number) => DriverFrame, withinMs: number): Promise<RelayFrame> {
    if (this.#closed) throw this.#unreachable("the link was closed");
    if (!this.#socket) this.#connect();
    const late = () => this.#socket?.destroy(new Error(`it did not answer within ${withinMs} ms`));
    const answered = this.#questions.put(question, withinMs, late);
    if (this.#open) for (const frame of this.#questions.unsent()) this.#write(frame);
    return await answered;
  }

  /** A connection that nothing comes through is given up, and opened again. */
  #beat(): void {
    if (this.#open) this.status().catch(() => {});
  }

  #write(frame: DriverFrame): void {
    this.#socket?.write(encodeFrame(frame));
  }

  #unreachable(why: string): Error {
    const { name, host, port } = this.#address;
    return new Error(`Relay ${name} cannot be reached at ${host}:${port}: ${why}.`);
  }
}

/** A failed handshake comes in OpenSSL's words, with addresses of memory. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code?.startsWith("ERR_SSL_")
    ? "the handshake failed; it has another control key, or is no relay"
    : message || code!;
}
