import { expect } from "chai";
import fc from "fast-check";
import { Flight } from "../../../../transfer/relay/redis/flight.ts";
import { ReplyCutter } from "../../../../transfer/relay/redis/replies.ts";
import { ReplyStream } from "../../../../transfer/relay/redis/replyStream.ts";
import { RequestCutter } from "../../../../transfer/relay/redis/requests.ts";
import { ClientState } from "../../../../transfer/relay/redis/state.ts";
import { encode } from "../../../../transfer/relay/redis/wire.ts";

const text = fc.string({ maxLength: 12 }).map((value) => value.replace(/[\r\n]/g, "_"));
const binary = fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes));
const bulk = (value: Buffer, sign = "$") =>
  Buffer.concat([Buffer.from(`${sign}${value.length}\r\n`), value, Buffer.from("\r\n")]);
const line = (sign: string, value: string) => Buffer.from(`${sign}${value}\r\n`);

/** One reply of RESP2 or RESP3, nested. */
const { reply } = fc.letrec<{ reply: Buffer; leaf: Buffer }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom("+", "-", "(", ",").chain((sign) => text.map((value) => line(sign, value))),
    text.map((value) => line("+", value.repeat(40))),
    fc.integer().map((value) => line(":", String(value))),
    fc
      .constantFrom("_\r\n", "#t\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n")
      .map((nil) => Buffer.from(nil)),
    fc.constantFrom("$", "=", "!").chain((sign) => binary.map((value) => bulk(value, sign))),
  ),
  reply: fc.oneof(
    { maxDepth: 3 },
    tie("leaf"),
    fc
      .tuple(fc.constantFrom("*", "~"), fc.array(tie("reply"), { maxLength: 4 }))
      .map(([sign, items]) => Buffer.concat([line(sign, String(items.length)), ...items])),
    fc
      .tuple(fc.constantFrom("%"), fc.array(fc.tuple(tie("leaf"), tie("reply")), { maxLength: 3 }))
      .map(([sign, pairs]) => Buffer.concat([line(sign, String(pairs.length)), ...pairs.flat()])),
    fc
      .tuple(tie("leaf"), tie("leaf"), tie("reply"))
      .map(([key, value, about]) => Buffer.concat([line("|", "1"), key, value, about])),
  ),
}));
const push = fc
  .array(reply, { maxLength: 3 })
  .map((items) =>
    Buffer.concat([line(">", String(items.length + 1)), bulk(Buffer.from("x")), ...items]),
  );

/** The same bytes, cut at random places. */
function cut(data: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((value) => value % (data.length + 1)), data.length];
  places.sort((a, b) => a - b);
  return places.slice(1).map((end, index) => data.subarray(places[index], end));
}
const cuts = fc.array(fc.nat(), { maxLength: 20 });

describe("the cutters of the Redis relay, with bytes cut anywhere", () => {
  it("requests: each is counted once, each special one is taken whole", () => {
    const plain = fc
      .tuple(
        fc.constantFrom("SET", "get", "XADD", "BLAH", "hset"),
        fc.array(binary, { maxLength: 3 }),
      )
      .map(([name, args]) => ({
        bytes: encode([name, ...args]),
        count: 1,
        special: [] as string[],
      }));
    const special = fc
      .tuple(
        fc.constantFrom("SELECT", "blpop", "Exec", "SUBSCRIBE"),
        fc.array(text, { maxLength: 3 }),
      )
      .map((args) => args.flat())
      .map((args) => ({ bytes: encode(args), count: 0, special: args }));
    const inline = text
      .filter((word) => /^[a-z]+$/.test(word))
      .map((word) => ({ bytes: Buffer.from(`ECHO ${word}\r\n`), count: 1, special: [] }));
    const empty = fc.constantFrom({ bytes: Buffer.from("\r\n*0\r\n"), count: 0, special: [] });
    const requests = fc.array(fc.oneof(plain, special, inline, empty), { maxLength: 12 });
    fc.assert(
      fc.property(requests, cuts, (all, at) => {
        const cutter = new RequestCutter();
        const taken: string[] = [];
        let rest = Buffer.alloc(0);
        for (const chunk of cut(Buffer.concat(all.map(({ bytes }) => bytes)), at)) {
          rest = Buffer.concat([rest, chunk]);
          rest = rest.subarray(walkAll(cutter, rest, taken));
        }
        expect(rest.length).to.equal(0);
        expect(cutter.atBoundary).to.equal(true);
        expect(cutter.passed).to.equal(all.reduce((sum, { count }) => sum + count, 0));
        expect(taken).to.deep.equal(all.flatMap((one) => one.special));
      }),
      { numRuns: 1_500 },
    );
  });

  it("replies: each is counted once, pushes are not", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(reply, push), { maxLength: 8 }), cuts, (all, at) => {
        const cutter = new ReplyCutter();
        let rest = Buffer.alloc(0);
        let passed = 0;
        for (const chunk of cut(Buffer.concat(all), at)) {
          rest = Buffer.concat([rest, chunk]);
          rest = rest.subarray(cutter.walk(rest, 0, Infinity));
          passed += cutter.passed;
        }
        expect(rest.length).to.equal(0);
        expect(cutter.atBoundary).to.equal(true);
        expect(passed).to.equal(all.filter(([sign]) => sign !== ">".charCodeAt(0)).length);
      }),
      { numRuns: 1_500 },
    );
  });

  it("a stream of replies passes byte for byte, but for those that are dropped or replaced", () => {
    const fate = fc.constantFrom("plain", "forward", "drop", "replace");
    const replies = fc.array(
      fc.tuple(
        reply.filter((one) => one[0] !== 124),
        fate,
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(replies, fc.option(push), cuts, (all, pushed, at) => {
        const flight = new Flight();
        for (const [, fate] of all)
          if (fate === "plain") flight.sent += 1;
          else
            flight.expect({
              judge: () => (fate === "replace" ? Buffer.from("+new\r\n") : fate),
            });
        const out: Buffer[] = [];
        const stream = new ReplyStream(flight, new ClientState(), (bytes) => out.push(bytes));
        const bytes = all.flatMap(([one], index) =>
          index === 1 && pushed ? [pushed, one] : [one],
        );
        for (const chunk of cut(Buffer.concat(bytes), at)) stream.push(chunk);
        const wanted = all.flatMap(([one, fate], index) => [
          ...(index === 1 && pushed ? [pushed] : []),
          ...(fate === "replace" ? [Buffer.from("+new\r\n")] : fate === "drop" ? [] : [one]),
        ]);
        expect(Buffer.concat(out).toString("hex")).to.equal(Buffer.concat(wanted).toString("hex"));
        expect(flight.owed).to.equal(0);
        expect(stream.atBoundary).to.equal(true);
      }),
      { numRuns: 1_500 },
    );
  });
});

/** Walks as far as possible; adds the arguments of special requests to `taken`. */
function walkAll(cutter: RequestCutter, data: Buffer, taken: string[]): number {
  for (let at = 0; ;) {
    at = cutter.walk(data, at, Infinity);
    if (cutter.stop !== "special") return at;
    const request = cutter.take(data, at);
    if (!request) return at;
    taken.push(...request.args.map(String));
    at = request.end;
  }
}
