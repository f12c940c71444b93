import { expect } from "chai";
import fc from "fast-check";
import { RedisError, ReplyParser, type Reply } from "../../../transfer/redis/parser.ts";

function parse(...chunks: Buffer[]): Reply[] {
  const replies: Reply[] = [];
  const parser = new ReplyParser((reply) => replies.push(reply));
  for (const chunk of chunks) parser.push(chunk);
  return replies;
}

function encode(reply: Reply): Buffer {
  if (reply === null) return Buffer.from("$-1\r\n");
  if (typeof reply === "number") return Buffer.from(`:${reply}\r\n`);
  if (reply instanceof RedisError) return Buffer.from(`-${reply.message}\r\n`);
  if (Buffer.isBuffer(reply)) {
    return Buffer.concat([Buffer.from(`$${reply.length}\r\n`), reply, Buffer.from("\r\n")]);
  }
  return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(encode)]);
}

const leaf = fc.oneof(
  fc.constant<Reply>(null),
  fc.integer() as fc.Arbitrary<Reply>,
  fc.uint8Array().map((bytes): Reply => Buffer.from(bytes)),
);
const anyReply = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("reply"), { maxLength: 5 })),
})).reply;

describe("Redis reply parser", () => {
  it("reads any replies however the network cuts them", () => {
    const property = fc.property(
      fc.array(anyReply, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat({ max: 50 }), { maxLength: 10 }),
      (replies, cuts) => {
        const bytes = Buffer.concat(replies.map(encode));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(at, at + cut));
          at += cut;
        }
        expect(parse(...chunks, bytes.subarray(at))).to.deep.equal(replies);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it("collects a value that is larger than many chunks, and reads on after it", () => {
    const large = Buffer.alloc(1_000_000, "x");
    const bytes = encode([large, 7]);
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 16_384) chunks.push(bytes.subarray(at, at + 16_384));
    const [reply] = parse(...chunks) as [[Buffer, number]];
    expect(reply[0].equals(large)).to.equal(true);
    expect(reply[1]).to.equal(7);
  });

  it("hands out a server's error as one, with its code", () => {
    const [error] = parse(Buffer.from("-WRONGTYPE Operation against a key\r\n"));
    expect(error).to.be.instanceOf(RedisError).and.include({ code: "WRONGTYPE" });
  });

  it("refuses what is no Redis", () => {
    expect(() => parse(Buffer.from("HTTP/1.1 400 Bad Request\r\n"))).to.throw("not a Redis reply");
  });
});
