import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { open, type LiveTwin } from "../../rehearsal/index.ts";
import { phases } from "../../rehearsal/twin/phases.ts";
import {
  documentOf,
  expectNoStackTrace,
  Godwit,
  runIn,
  said,
  type Outcome,
} from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

const NO_RETURN = "point-of-no-return";
/** A switch is asked for anew by whoever resumes the run; each fault comes once, so the last attempt meets none. */
const ATTEMPTS = 6;

/** A move by relays with people at its gates, and what the tests do to it. */
class Move {
  readonly godwit: Godwit;
  readonly cloud: TwinCloud;
  readonly twin: LiveTwin;
  readonly run: string;
  readonly begun: Outcome;

  private constructor(parts: Pick<Move, "godwit" | "cloud" | "twin" | "run" | "begun">) {
    this.godwit = parts.godwit;
    this.cloud = parts.cloud;
    this.twin = parts.twin;
    this.run = parts.run;
    this.begun = parts.begun;
  }

  static async begin(faults: readonly string[]): Promise<Move> {
    const godwit = await Godwit.create();
    const rehearse = ["rehearse", "redis-encryption", "--scale", "tiny", "--approve", "ask"];
    const begun = await godwit.run([
      ...[...rehearse, "--keep", "--json"],
      ...faults.flatMap((fault) => ["--fault", fault]),
    ]);
    const run = runIn(begun);
    const cloud = await TwinCloud.in(godwit.home);
    return new Move({ godwit, cloud, twin: await open(cloud.dir), run, begun });
  }

  resume(): Promise<Outcome> {
    return this.godwit.run(["resume", this.run, "--json"]);
  }

  async approve(gate: string): Promise<void> {
    const approved = await this.godwit.run(["approve", this.run, gate]);
    expect(approved.code, approved.stderr).to.equal(0);
  }

  /**
   * Goes on until a resume ends as it is to end. One on the way may end with a switch that was withdrawn, and with no
   * other error.
   */
  async resumeUntil(isEnd: (outcome: Outcome) => boolean, begun = this.resume()): Promise<void> {
    let outcome = await begun;
    for (let attempt = 1; !isEnd(outcome) && attempt < ATTEMPTS; attempt += 1) {
      this.expectWithdrawn(outcome);
      outcome = await this.resume();
    }
    expect(isEnd(outcome), outcome.stderr).to.equal(true);
  }

  /** Exit code 1, one paragraph, everybody where they were, nothing lost. */
  private expectWithdrawn(outcome: Outcome): void {
    expect(outcome.code, outcome.stderr).to.equal(1);
    const end = said(outcome).slice(-2_000);
    expect(end, end).to.contain("Step switch: The switch to the target was withdrawn 3 times");
    expect(said(outcome)).to.contain("The traffic is on the source, by decision");
    expect(said(outcome)).to.contain(`godwit resume ${this.run}`);
    expectNoStackTrace(outcome);
    expect(documentOf(outcome).traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
  }

  /** Back to the source with every write, and what was built is gone. Prints what the clients felt. */
  async rollBack(): Promise<void> {
    const left = await this.godwit.run(["rollback", this.run, "--json"]);
    expect(left.code, left.stderr).to.equal(0);
    const { status, traffic, verification } = documentOf(left);
    expect(status).to.equal("rolled-back");
    const { errors, longestStallMs, longestStallDuring, longestWaitMs } = traffic!;
    console.log("      ", { errors, longestStallMs, longestStallDuring, longestWaitMs });
    expect(traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    expect(verification[0]).to.include({ what: "redis", differences: 0 });
    expect(await this.cloud.replicationGroups()).to.deep.equal([]);
    expect(await this.cloud.applicationHost()).to.match(/^acme-redis-production\./);
  }

  /** Phases in which a machine's process was killed, as its home remembers. */
  killedIn(machine: string): readonly string[] {
    const pattern = new RegExp(`^killed-${machine}-(\\w+)$`);
    return readdirSync(join(this.cloud.dir, "machines"), { recursive: true })
      .flatMap((path) => pattern.exec(String(path).split("/").at(-1)!)?.[1] ?? [])
      .sort();
  }
}

function expectWaitsAt(outcome: Outcome, gate: string): void {
  expect(outcome.code, outcome.stderr).to.equal(3);
  expect(said(outcome)).to.contain(gate);
}

const killsIn = (machine: string) => phases[machine]!.map((phase) => `kill@${machine}:${phase}`);

/** Each test takes the move up where the one before left it. */
describe("a switch whose mover dies in each of its phases", function () {
  this.timeout(300_000);
  let move: Move;

  before(async () => {
    move = await Move.begin(["kill@point-at-relay:after", ...killsIn("mover")]);
    expect(move.begun.signal, move.begun.stderr).to.equal("SIGKILL");
  });
  after(async () => {
    await move?.godwit.remove();
  });

  it("a client that bypasses the relays: named, and the run goes on when it has left", async () => {
    const straggler = await move.cloud.connectTo("redis.source");
    await straggler.ask("CLIENT", "SETNAME", "straggler");
    const resumed = move.godwit.follow(["resume", move.run, "--json"]);
    await resumed.until(
      /bypass the relays to leave the source: [^"]*\d+\.\d+\.\d+\.\d+[^"]*straggler/,
    );
    straggler.close();
    expectWaitsAt(await resumed.ended, "window");
  });

  it("a control channel with a wrong credential: the relays are named, and nothing has moved", async () => {
    const key = await move.cloud.controlKey();
    await move.cloud.changeControlKey("0".repeat(key.length));
    await move.approve("window");
    const stopped = await move.resume();
    expect(stopped.code, stopped.stderr).to.equal(1);
    expect(said(stopped)).to.match(
      /Step switch: Not every relay came to be reached: relay-1 \([\d.]+\) cannot be reached: .*relay-2 \([\d.]+\) cannot be reached: /,
    );
    expect(said(stopped)).to.contain("The traffic stays where it is.");
    expectNoStackTrace(stopped);
    expect(stopped.stdout + stopped.stderr).not.to.contain(key);
    expect(documentOf(stopped).traffic).to.include({
      errors: 0,
      lostWrites: 0,
      duplicatedWrites: 0,
    });
    await move.cloud.changeControlKey(key);
  });

  it("the mover killed on the way to the target: the switch is decided all the same", async () => {
    await move.resumeUntil(({ code, stderr }) => code === 3 && stderr.includes(NO_RETURN));
    expect(move.killedIn("mover")).to.include.members([
      "holding",
      "draining",
      "settling",
      "arming",
    ]);
  });

  it("rollback when it has soaked, the mover killed on the way: every write is on the source", async () => {
    await move.rollBack();
    expect(move.killedIn("mover")).to.deep.equal([...phases["mover"]!].sort());
  });
});

describe("a switch whose relays and target fail", function () {
  this.timeout(300_000);
  let move: Move;

  before(async () => {
    move = await Move.begin([...killsIn("relay"), "kill@cutover:after"]);
  });
  after(async () => {
    await move?.godwit.remove();
  });

  it("the relay killed as it starts: the application comes onto the relays all the same", () => {
    expectWaitsAt(move.begun, "window");
    expect(move.killedIn("relay")).to.include.members(["serving", "settling"]);
  });

  it("the relay killed in the switch, its links cut and slow, the target failing over: decided once", async () => {
    await move.approve("window");
    await move.twin.inject("slow@relay:5");
    const switching = move.godwit.follow(["resume", move.run, "--json"]);
    await switching.until(/"event":"step.started"[^\n]*"step":"switch"/);
    await move.twin.inject("failover@redis.target");
    await move.twin.inject("cut@relay:500");
    await move.resumeUntil(({ signal }) => signal === "SIGKILL", switching.ended);
    expect(move.killedIn("relay")).to.deep.equal([...phases["relay"]!].sort());
  });

  it("rollback after the cutover, a relay killed meanwhile: every write is on the source", async () => {
    await move.twin.inject("kill@relay:4000");
    const refused = await move.godwit.run(["abort", move.run]);
    expect(refused.code).to.equal(4);
    expect(said(refused)).to.contain(`godwit rollback ${move.run}`);
    await move.rollBack();
  });
});
