import { expect } from "chai";
import { RedisError } from "../../../../transfer/redis/parser.ts";
import {
  CommandStream,
  type StreamedCommand,
} from "../../../../transfer/redis/watch/commandStream.ts";
import { RdbSkipper } from "../../../../transfer/redis/watch/rdbSkipper.ts";
import { MessageParser, type Value } from "../../../../transfer/redis/watch/resp3.ts";

/** The bytes in pieces of every size from one byte to all of them. */
function cuts(bytes: Buffer): Buffer[][] {
  return Array.from({ length: bytes.length }, (_, i) => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += i + 1) pieces.push(bytes.subarray(at, at + i + 1));
    return pieces;
  });
}

describe("messages of RESP3", () => {
  const text =
    ">2\r\n$10\r\ninvalidate\r\n*2\r\n$3\r\na\r\n\r\n$0\r\n\r\n" +
    ">2\r\n$10\r\ninvalidate\r\n_\r\n+OK\r\n%1\r\n+k\r\n:-7\r\n#t\r\n,1.5\r\n*0\r\n$-1\r\n-ERR no\r\n";

  it("are read whole, however they are cut", () => {
    for (const pieces of cuts(Buffer.from(text))) {
      const values: Value[] = [];
      const parser = new MessageParser((value) => values.push(value));
      for (const piece of pieces) parser.push(piece);
      const error = values.pop();
      expect(error).to.be.instanceOf(RedisError).and.have.property("code", "ERR");
      expect(JSON.parse(JSON.stringify(values, texts))).to.deep.equal([
        ["invalidate", ["a\r\n", ""]],
        ["invalidate", null],
        ...["OK", ["k", -7], true, "1.5", [], null],
      ]);
    }
  });

  it("that are none are refused", () => {
    const parser = new MessageParser(() => undefined);
    expect(() => parser.push(Buffer.from("HTTP/1.1\r\n"))).to.throw(/not a Redis message/);
  });
});

describe("a replication stream", () => {
  it("is read command by command, however it is cut, with its bytes counted", () => {
    const bytes = Buffer.from(
      "*2\r\n$3\r\nDEL\r\n$3\r\na\r\n\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nHALF",
    );
    const whole = bytes.indexOf("*1\r\n$4\r\nHALF");
    for (const pieces of cuts(bytes)) {
      const commands: StreamedCommand[] = [];
      const stream = new CommandStream((command) => commands.push(command));
      for (const piece of pieces) stream.push(piece);
      expect(commands.map((words) => words.map(String))).to.deep.equal([
        ["DEL", "a\r\n"],
        ["PING"],
      ]);
      expect(stream.bytes).to.equal(whole);
    }
  });

  it("holds no long values", () => {
    const commands: StreamedCommand[] = [];
    const stream = new CommandStream((command) => commands.push(command));
    const value = Buffer.alloc(3_000_000, "*1\r\n");
    stream.push(Buffer.from(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${value.length}\r\n`));
    for (let at = 0; at < value.length; at += 65_536) stream.push(value.subarray(at, at + 65_536));
    expect(commands).to.deep.equal([]);
    stream.push(Buffer.from("\r\n"));
    expect(commands.map((words) => words.map((word) => word && String(word)))).to.deep.equal([
      ["SET", "k", undefined],
    ]);
  });

  const mark = "0123456789".repeat(4);
  const snapshots: readonly (readonly [string, string])[] = [
    ["of announced length", "\n\n$10\r\nREDIS$1\r\nX*1\r\n"],
    ["of unknown length", `\n$EOF:${mark}\r\nREDIS 012345678${mark}*1\r\n`],
  ];
  for (const [what, text] of snapshots) {
    it(`begins after a snapshot ${what}`, () => {
      for (const pieces of cuts(Buffer.from(text))) {
        const skipper = new RdbSkipper();
        let after = "";
        let ended = false;
        for (const piece of pieces) {
          const rest: Buffer | undefined = ended ? piece : skipper.push(piece);
          if (rest) [after, ended] = [after + rest.toString(), true];
        }
        expect(after).to.equal("*1\r\n");
      }
    });
  }

  it("does not begin with something else than a snapshot", () => {
    expect(() => new RdbSkipper().push(Buffer.from("-ERR no\r\n"))).to.throw(
      /not a snapshot: -ERR/,
    );
  });
});

/** Buffers of a value as text. */
function texts(_name: string, value: unknown): unknown {
  const bytes = (value as { type?: string; data?: number[] } | null)?.data;
  return bytes ? Buffer.from(bytes).toString() : value;
}
