import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { expectationOf } from "../../rehearsal/traffic/expectation.ts";
import { compare, type Found } from "../../rehearsal/traffic/findings.ts";
import {
  LedgerWriter,
  readLedger,
  type LedgerEntry,
  type Outcome,
  type WriteKind,
} from "../../rehearsal/traffic/ledger.ts";
import { StallMeter } from "../../rehearsal/traffic/meter.ts";

const HOUR_MS = 3_600_000;

describe("rehearsal: the traffic's ledger", () => {
  let dir: string;
  let path: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "godwit-ledger-"));
    path = join(dir, "ledger");
  });

  afterEach(async () => {
    await rm(dir, { recursive: true });
  });

  type Line = readonly [outcome: Outcome, kind: WriteKind, id: string, value: number];

  async function check(lines: readonly Line[], found: Partial<Found>, age = 0) {
    const ledger = new LedgerWriter(path);
    const at = Date.now() - age;
    for (const [outcome, kind, id, value] of lines) ledger.add({ outcome, kind, id, value, at });
    ledger.close();
    const expected = await expectationOf(readLedger(path));
    const none = { sessions: new Map(), jobs: new Map(), scores: new Map() };
    return compare(expected, { ...none, ...found }, HOUR_MS);
  }

  it("gives back what was written, in order", async () => {
    const entries: LedgerEntry[] = [
      { outcome: "acknowledged", kind: "session", id: "s-1", value: 3, at: 1 },
      { outcome: "unknown", kind: "score", id: "p", value: 7, at: 2 },
      { outcome: "refused", kind: "job", id: "j", value: 1, at: 3 },
    ];
    const ledger = new LedgerWriter(path);
    for (const entry of entries) ledger.add(entry);
    ledger.close();
    const read = [];
    for await (const entry of readLedger(path)) read.push(entry);
    expect(read).to.deep.equal(entries);
  });

  it("refuses a damaged ledger", async () => {
    await appendFile(path, "+ job j 1 1\n+ jo");
    const error = await expectationOf(readLedger(path)).catch((e: Error) => e.message);
    expect(error).to.match(/damaged: "\+ jo" is no entry/);
  });

  it("finds nothing where everything is in its place", async () => {
    const findings = await check(
      [
        ["acknowledged", "session", "s", 1],
        ["acknowledged", "session", "s", 2],
        ["acknowledged", "job", "j", 1],
        ["acknowledged", "score", "p", 4],
        ["acknowledged", "score", "p", 5],
      ],
      { sessions: new Map([["s", 2]]), jobs: new Map([["j", 1]]), scores: new Map([["p", 9]]) },
    );
    expect(findings).to.include({ lostWrites: 0, duplicatedWrites: 0, unexpectedWrites: 0 });
  });

  for (const [what, line, found] of [
    ["a missing job", ["acknowledged", "job", "x", 1], {}],
    ["a missing session", ["acknowledged", "session", "x", 1], {}],
    [
      "a session that went back",
      ["acknowledged", "session", "x", 5],
      { sessions: new Map([["x", 4]]) },
    ],
    ["a missing score", ["acknowledged", "score", "x", 2], { scores: new Map([["x", 1]]) }],
  ] as const) {
    it(`counts ${what} as lost and names it`, async () => {
      const findings = await check([line], found);
      expect(findings).to.include({ lostWrites: 1, duplicatedWrites: 0, unexpectedWrites: 0 });
      expect(findings.lost[0]).to.include(`${line[1]} x`);
    });
  }

  it("counts a job found twice and a score added twice as duplicated", async () => {
    const findings = await check(
      [
        ["acknowledged", "job", "j", 1],
        ["acknowledged", "score", "p", 3],
      ],
      { jobs: new Map([["j", 2]]), scores: new Map([["p", 6]]) },
    );
    expect(findings).to.include({ lostWrites: 0, duplicatedWrites: 2 });
    expect(findings.duplicated).to.have.length(2);
  });

  it("takes an unknown outcome either way, but not twice", async () => {
    const lines: Line[] = [
      ["unknown", "job", "j", 1],
      ["acknowledged", "session", "s", 1],
      ["unknown", "session", "s", 2],
      ["unknown", "score", "p", 3],
    ];
    const done = { jobs: new Map([["j", 1]]), scores: new Map([["p", 3]]) };
    const clean = { lostWrites: 0, duplicatedWrites: 0, unexpectedWrites: 0 };
    expect(await check(lines, { sessions: new Map([["s", 1]]) })).to.include(clean);
    await rm(path);
    expect(await check(lines, { ...done, sessions: new Map([["s", 2]]) })).to.include(clean);
    await rm(path);
    const twice = { jobs: new Map([["j", 2]]), sessions: new Map([["s", 1]]) };
    expect(await check(lines, twice)).to.include({ duplicatedWrites: 1 });
  });

  it("reports what was refused and is there all the same", async () => {
    const findings = await check([["refused", "job", "j", 1]], { jobs: new Map([["j", 1]]) });
    expect(findings).to.include({ lostWrites: 0, duplicatedWrites: 0, unexpectedWrites: 1 });
  });

  it("does not miss a session whose time has passed", async () => {
    const line: Line = ["acknowledged", "session", "s", 1];
    expect(await check([line], {}, 2 * HOUR_MS)).to.include({ lostWrites: 0 });
    await rm(path);
    expect(await check([line], {}, HOUR_MS / 2)).to.include({ lostWrites: 1 });
  });
});

describe("rehearsal: the stall meter", () => {
  it("measures the longest time between two successes, an unfinished one included", async () => {
    const meter = new StallMeter();
    meter.success(1);
    await new Promise((resolve) => setTimeout(resolve, 150));
    meter.error("HTTP 503");
    meter.success(2);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const figures = meter.figures();
    expect(figures).to.include({ successes: 2, errors: 1 });
    expect(figures.longestStallMs).to.be.within(245, 600);
    expect(figures.stalls.map(({ ms }) => ms >= 145)).to.deep.equal([true, true]);
    expect(figures.errorsByKind).to.deep.equal({ "HTTP 503": 1 });
  });
});
