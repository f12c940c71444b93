import { expect } from "chai";
import { Budget } from "../../../transfer/redis/compare/budget.ts";
import { DUMP, PTTL } from "../../../transfer/redis/compare/commands.ts";
import { KeyPage } from "../../../transfer/redis/compare/keyPage.ts";
import { ReplyCursor } from "../../../transfer/redis/compare/replies.ts";
import { RefusedError } from "../../../transfer/redis/errors.ts";

const names = (...texts: string[]) => texts.map((text) => Buffer.from(text));

describe("a page of Redis keys", () => {
  it("makes commands of the keys asked for, in their order", () => {
    const page = KeyPage.of(0, names("a", "bc", "x".repeat(100)));
    const long = `$100\r\n${"x".repeat(100)}\r\n`;
    expect(page.commands([PTTL, DUMP], [0, 2]).toString()).to.equal(
      `${String(PTTL)}$1\r\na\r\n${String(DUMP)}$1\r\na\r\n${String(PTTL)}${long}${String(DUMP)}${long}`,
    );
    expect(page.arguments.toString()).to.equal(`$1\r\na\r\n$2\r\nbc\r\n${long}`);
  });

  it("leaves our own keys out, wherever they stand", () => {
    const own = ["godwit:a", "godwit:part:1", "godwit:"];
    const page = KeyPage.of(3, names(own[0]!, "a", own[1]!, own[1]!, "godwi", "godwitx", own[2]!));
    expect(page.places.map((i) => page.name(i).toString())).to.deep.equal([
      "a",
      "godwi",
      "godwitx",
    ]);
    expect(page.arguments.toString()).to.equal("$1\r\na\r\n$5\r\ngodwi\r\n$7\r\ngodwitx\r\n");
  });
});

describe("replies read where they lie", () => {
  it("are walked over by kind", () => {
    const cursor = new ReplyCursor(
      "source",
      Buffer.from("+OK\r\n:-2\r\n$-1\r\n$4\r\n\r\n:1\r\n:7\r\n"),
    );
    cursor.status();
    expect([cursor.integer(), cursor.bulk()]).to.deep.equal([-2, undefined]);
    expect(cursor.content(cursor.bulk()!).toString()).to.equal("\r\n:1");
    expect(cursor.integer()).to.equal(7);
  });

  it("throw a server's error as that side's", () => {
    const cursor = new ReplyCursor("target", Buffer.from("-NOPERM no dump for you\r\n"));
    expect(() => cursor.bulk())
      .to.throw(RefusedError, "no dump for you")
      .with.include({
        side: "target",
        code: "NOPERM",
      });
  });
});

describe("a budget", () => {
  it("lets in what fits, in the order of asking, and what is too large alone", async () => {
    const budget = new Budget(10);
    const log: string[] = [];
    const ends: (() => void)[] = [];
    const work = (name: string, amount: number) =>
      budget.within(amount, async () => {
        log.push(name);
        await new Promise<void>((end) => ends.push(end));
      });
    const all = [work("a", 6), work("b", 4), work("c", 20), work("d", 1)];
    await turn();
    expect(log).to.deep.equal(["a", "b"]);
    ends.splice(0).forEach((end) => end());
    await turn();
    expect(log).to.deep.equal(["a", "b", "c"]);
    ends.splice(0).forEach((end) => end());
    await turn();
    expect(log).to.deep.equal(["a", "b", "c", "d"]);
    ends.forEach((end) => end());
    await Promise.all(all);
  });

  const turn = () => new Promise((done) => setImmediate(done));
});
