import { z } from "zod";
import type { PrepareReport } from "../../relay/options.ts";
import type { NodeStatus } from "../status.ts";

/** A line is at most so long (bytes). */
const MAX_LINE = 256 * 1024;
const NEWLINE = 10;

const epoch = z.int().min(0);
const id = z.int().min(0);
const connections = z.record(z.string(), z.array(z.int()).readonly()).readonly();

/** What a driver says. `hello` comes first and names the relay that is meant. */
export const driverFrame = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), relay: z.string() }),
  z.strictObject({ type: z.enum(["hold", "decided"]), epoch }),
  z.strictObject({ type: z.literal("prepare"), id, side: z.enum(["source", "target"]) }),
  z.strictObject({ type: z.literal("status"), id }),
]);
export type DriverFrame = z.infer<typeof driverFrame>;

/** What a relay says: messages of the switch, and answers to questions by their number. */
export const relayFrame = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("held"), epoch, idle: connections.optional() }),
  z.strictObject({ type: z.literal("serving"), epoch }),
  z.strictObject({ type: z.literal("prepared"), id, report: z.custom<PrepareReport>(isObject) }),
  z.strictObject({ type: z.literal("status"), id, status: z.custom<NodeStatus>(isObject) }),
  z.strictObject({ type: z.literal("failed"), id, why: z.string() }),
]);
export type RelayFrame = z.infer<typeof relayFrame>;

export function encodeFrame(frame: DriverFrame | RelayFrame): string {
  return `${JSON.stringify(frame)}\n`;
}

/** What came is no frame, or longer than one may be. */
export class MalformedFrameError extends Error {
  override readonly name = "MalformedFrameError";
}

/** Makes frames of the bytes of one connection: a line of JSON each. */
export class FrameReader<Frame> {
  readonly #schema: z.ZodType<Frame>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(schema: z.ZodType<Frame>) {
    this.#schema = schema;
  }

  /** The frames that are complete with this chunk. Throws MalformedFrameError at the first that is none. */
  *read(chunk: Buffer): Generator<Frame> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = this.#lineEnd(); end >= 0; end = this.#lineEnd()) {
      const line = this.#rest.toString("utf8", 0, end);
      this.#rest = this.#rest.subarray(end + 1);
      yield this.#parse(line);
    }
  }

  #lineEnd(): number {
    const end = this.#rest.indexOf(NEWLINE);
    if ((end < 0 ? this.#rest.length : end) > MAX_LINE)
      throw new MalformedFrameError(`a line of more than ${MAX_LINE} bytes`);
    return end;
  }

  #parse(line: string): Frame {
    try {
      return this.#schema.parse(JSON.parse(line));
    } catch {
      throw new MalformedFrameError("a line that is no frame");
    }
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
