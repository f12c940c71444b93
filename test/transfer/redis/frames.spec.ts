import { expect } from "chai";
import fc from "fast-check";
import { FrameCutter } from "../../../transfer/redis/lane/frames.ts";

/** Writes down what it is given, bulk replies as whatever bytes they came in. */
class Record {
  readonly frames: string[] = [];
  #open = "";
  status = (data: Buffer, from: number, to: number) =>
    this.frames.push(`+${data.toString("latin1", from, to)}`);
  integer = (value: number) => this.frames.push(`:${value}`);
  missing = () => this.frames.push("missing");
  error = (message: string) => this.frames.push(`-${message}`);
  bulk = (data: Buffer, from: number, to: number, length: number) =>
    this.frames.push(`${length}|${data.toString("latin1", from, to)}`);
  bulkBegin = (data: Buffer, from: number, to: number, length: number) => {
    this.#open = `${length}|${data.toString("latin1", from, to)}`;
  };
  bulkPart = (data: Buffer, from: number, to: number, last: boolean) => {
    this.#open += data.toString("latin1", from, to);
    if (last) this.frames.push(this.#open);
  };
}

function cut(...chunks: Buffer[]): string[] {
  const record = new Record();
  const cutter = new FrameCutter(record);
  for (const chunk of chunks) cutter.push(chunk);
  return record.frames;
}

interface Frame {
  readonly bytes: Buffer;
  readonly told: string;
}

const bulkFrame = fc.uint8Array({ maxLength: 80 }).map((bytes): Frame => {
  const head = Buffer.from(`$${bytes.length}\r\n`);
  const whole = Buffer.concat([head, bytes, Buffer.from("\r\n")]);
  return { bytes: whole, told: `${bytes.length}|${whole.toString("latin1")}` };
});
const lineFrame = fc.oneof(
  fc.integer().map((n): Frame => ({ bytes: Buffer.from(`:${n}\r\n`), told: `:${n}` })),
  fc.constant<Frame>({ bytes: Buffer.from("+OK\r\n"), told: "+OK" }),
  fc.constant<Frame>({ bytes: Buffer.from("$-1\r\n"), told: "missing" }),
  fc.constant<Frame>({ bytes: Buffer.from("-OOM full\r\n"), told: "-OOM full" }),
);

describe("cutting replies into frames", () => {
  it("gives the same frames however the network cuts them, values byte for byte", () => {
    const property = fc.property(
      fc.array(fc.oneof(bulkFrame, lineFrame), { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat({ max: 40 }), { maxLength: 30 }),
      (frames, cuts) => {
        const bytes = Buffer.concat(frames.map((frame) => frame.bytes));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const length of cuts) chunks.push(bytes.subarray(at, (at += length)));
        expect(cut(...chunks, bytes.subarray(at))).to.deep.equal(frames.map(({ told }) => told));
      },
    );
    fc.assert(property, { numRuns: 1_000 });
  });

  it("refuses what is no Redis", () => {
    expect(() => cut(Buffer.from("HTTP/1.1 400 Bad Request\r\n"))).to.throw(
      "not a flat Redis reply",
    );
  });
});
