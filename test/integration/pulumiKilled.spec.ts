import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { documentOf, Godwit, runIn, said } from "../support/godwit.ts";
import { TwinCloud } from "../support/twinCloud.ts";

describe("a Pulumi engine killed in the middle of an update", function () {
  this.timeout(180_000);
  let godwit: Godwit;
  before(async () => {
    godwit = await Godwit.create();
  });
  after(async () => {
    await godwit.remove();
  });

  it("leaves the application on the source; resuming repairs the stack and finishes the move", async () => {
    const moving = godwit.follow([
      "rehearse",
      "redis-encryption",
      "--mode",
      "offline",
      "--scale",
      "tiny",
      "--keep",
      "--json",
    ]);
    await moving.until(/"step":"restore","doing":"create/);
    for (const pid of pulumiProcessesOf(godwit.home)) process.kill(pid, "SIGKILL");
    const failed = await moving.ended;
    expect(failed.code, failed.stderr).to.equal(1);
    expect(said(failed)).to.contain("runs on the source, nothing is lost");

    const cloud = await TwinCloud.in(godwit.home);
    expect(await cloud.applicationHost()).to.match(/^acme-redis-production\./);
    const resumed = await godwit.run(["resume", runIn(failed), "--json"]);
    expect(resumed.code, resumed.stderr).to.equal(0);
    expect(documentOf(resumed).traffic).to.include({ lostWrites: 0, duplicatedWrites: 0 });
    expect(await cloud.replicationGroups()).to.deep.equal(["acme-redis-encrypted"]);
  });
});

/** Pids of the engines that work on stacks below this folder. */
function pulumiProcessesOf(home: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(
      (pid) => pid > 0 && commandOf(pid).includes("\0up\0") && environmentOf(pid).includes(home),
    );
}

function commandOf(pid: number): string {
  return readOrNothing(`/proc/${pid}/cmdline`);
}

function environmentOf(pid: number): string {
  return readOrNothing(`/proc/${pid}/environ`);
}

/** A process may end while it is looked at. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
