import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { killAtPhase } from "../../automation/phaseFaults.ts";

describe("faults by phase", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "godwit-phase-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it("kill the process when it enters the phase, once in the life of its machine", () => {
    const env = { GODWIT_HOME: home, GODWIT_FAULTS: "slow@relay:5,kill@relay:holding" };
    const kills = killsDuring(() => {
      for (const phase of ["stopping", "holding", "holding"]) killAtPhase("relay", env)(phase);
    });
    expect(kills).to.deep.equal([[process.pid, "SIGKILL"]]);
  });

  it("do nothing when they are not asked for, or asked of another", () => {
    const kills = killsDuring(() => {
      for (const GODWIT_FAULTS of [undefined, "", "kill@mover:holding,kill@relay:settling"])
        killAtPhase("relay", { GODWIT_HOME: home, GODWIT_FAULTS })("holding");
    });
    expect(kills).to.deep.equal([]);
    expect(readdirSync(home)).to.deep.equal([]);
  });
});

/** Whom `work` would have killed, and how. */
function killsDuring(work: () => void): unknown[] {
  const { kill } = process;
  const kills: unknown[] = [];
  process.kill = (...args) => {
    kills.push(args);
    return true;
  };
  try {
    work();
  } finally {
    process.kill = kill;
  }
  return kills;
}
