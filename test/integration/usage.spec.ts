import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { expectNoStackTrace, Godwit, said } from "../support/godwit.ts";

interface Mistake {
  readonly what: string;
  readonly args: readonly string[];
  /** What must be printed, besides that the exit code is 2. */
  readonly sentence: string;
}

const rehearse = ["rehearse", "redis-encryption"];
const NO_RUN = "There is no run 20260101-0a0b0c in the engine's database";

const mistakes: readonly Mistake[] = [
  {
    what: "an unknown command",
    args: ["move"],
    sentence: "unknown command 'move'",
  },
  {
    what: "an unknown runbook",
    args: ["plan", "redis-encrypt"],
    sentence: "There is no runbook redis-encrypt. Nothing was changed. Runbooks: redis-encryption",
  },
  {
    what: "an unknown mode",
    args: [...rehearse, "--mode", "magic"],
    sentence:
      "Runbook redis-encryption has no mode magic. Nothing was changed. Modes: relay, live, offline",
  },
  {
    what: "an unknown scale",
    args: [...rehearse, "--scale", "huge"],
    sentence: "'huge' is invalid. Allowed choices are tiny, small, medium, large",
  },
  {
    what: "a seed that is no number",
    args: [...rehearse, "--seed", "abc"],
    sentence: "'abc' is invalid. It must be a whole number",
  },
  {
    what: "a kill at an unknown step",
    args: [...rehearse, "--fault", "kill@restart:before"],
    sentence:
      "names step restart, which this way of the runbook does not have. Nothing was changed",
  },
  {
    what: "an unknown fault",
    args: [...rehearse, "--fault", "melt@redis.source"],
    sentence: `"melt@redis.source" is no fault of the twin; the forms are deny@ACTION`,
  },
  {
    what: "a fault of an unknown server",
    args: [...rehearse, "--fault", "full@redis.sorce"],
    sentence: "names server redis.sorce, which this rehearsal does not have",
  },
  {
    what: "an unknown target",
    args: ["preview", "reddis"],
    sentence: "There is no target reddis. Nothing was changed. Targets: redis",
  },
  {
    what: "a real run without a stack",
    args: ["run", "redis-encryption"],
    sentence: "required option '--stack <stack>' not specified",
  },
  {
    what: "an unknown stack",
    args: ["up", "redis", "--stack", "nowhere"],
    sentence: "Pulumi.nowhere.yaml. Nothing was changed. Copy Pulumi.staging.yaml to it",
  },
  {
    what: "an unknown report",
    args: ["report", "--check", "/nowhere/evidence.html"],
    sentence: "/nowhere/evidence.html cannot be read",
  },
  ...["status", "resume", "rollback"].map((command) => ({
    what: `an unknown run to ${command}`,
    args: [command, "20260101-0a0b0c"],
    sentence: NO_RUN,
  })),
  {
    what: "an approval for an unknown run",
    args: ["approve", "20260101-0a0b0c", "window"],
    sentence: NO_RUN,
  },
];

describe("words that the command line does not know", function () {
  this.timeout(60_000);
  let godwit: Godwit;
  before(async () => {
    godwit = await Godwit.create();
  });
  after(async () => {
    await godwit.remove();
  });

  for (const { what, args, sentence } of mistakes) {
    it(`${what}: exit code 2, and what there is instead`, async () => {
      const outcome = await godwit.run(args);
      expect(outcome.code, outcome.stderr).to.equal(2);
      expect(said(outcome)).to.contain(sentence);
      expect(outcome.stdout).to.equal("");
      expectNoStackTrace(outcome);
    });
  }

  it("start no twin", () => {
    expect(existsSync(join(godwit.home, "twins"))).to.equal(false);
  });

  it("are told with --json as one event", async () => {
    const outcome = await godwit.run(["plan", "redis-encrypt", "--json"]);
    expect(outcome.code).to.equal(2);
    expect(JSON.parse(outcome.stderr)).to.include({
      event: "error",
      code: "unknown-runbook",
      what: "There is no runbook redis-encrypt.",
      state: "Nothing was changed.",
    });
  });

  it("--help is none of them: exit code 0", async () => {
    for (const args of [["--help"], ["rehearse", "--help"], ["twin", "down", "--help"]]) {
      const outcome = await godwit.run(args);
      expect(outcome.code, outcome.stderr).to.equal(0);
      expect(outcome.stdout).to.contain("Usage: godwit");
    }
  });
});
