import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";
import { downAll } from "../../../rehearsal/index.ts";
import { endPlugins, pluginsOf } from "../../../rehearsal/plugins/end.ts";
import { PLUGIN } from "../../../rehearsal/plugins/install.ts";
import { startOf } from "../../../rehearsal/twin/processes.ts";
import { rejection } from "../../support/rejection.ts";
import { startCloudTwin, until, type CloudTwin } from "../cloudTwin.ts";
import { openTestStack } from "../testStack.ts";

/** An update of the real engine with its plugins, on a busy machine. */
const UPDATE_MS = 60_000;

describe("the plugins of a twin", function () {
  this.timeout(UPDATE_MS);
  let twin: CloudTwin;
  before(async () => (twin = await startCloudTwin()));
  after(async () => await twin?.stop());

  it("are ended with it though their engine was killed in an update", async () => {
    let created!: () => void;
    const midway = new Promise<void>((resolve) => (created = resolve));
    const stack = await openTestStack(twin.twin, "killed", neverDone(created));
    const update = rejection(stack.up());
    await midway;
    const plugins = pluginsOf(twin.twin.dir);
    expect(plugins).to.have.length.greaterThan(0);
    process.kill(parentOf(plugins[0]!), "SIGKILL");
    await update;
    expect(plugins.filter((pid) => startOf(pid) !== undefined)).to.deep.equal(plugins);
    await downAll(twin.home);
    expect(plugins.filter((pid) => startOf(pid) !== undefined)).to.deep.equal([]);
  });

  it("are told from those of another twin, and from what only names the folder", async () => {
    const [mine, other] = ["/twins/mine", "/twins/mine2"];
    const started = [
      [PLUGIN, "aws", "7.0.0", mine],
      [PLUGIN, "aws", "7.0.0", other],
      ["another.mjs", mine],
    ].map((args) => spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "--", ...args]));
    try {
      const pids = started.map(({ pid }) => pid!);
      await until(async () => pluginsOf(mine).length + pluginsOf(other).length === 2 || undefined);
      await endPlugins(mine);
      expect(pids.map((pid) => startOf(pid) !== undefined)).to.deep.equal([false, true, true]);
    } finally {
      for (const child of started) child.kill("SIGKILL");
    }
  });
});

/** Declares a key, and goes on for ever once it is there. */
function neverDone(created: () => void): PulumiFn {
  return async () => {
    const { Key } = await import("@pulumi/aws/kms/key.js");
    const key = new Key("key", {});
    key.arn.apply(created);
    await new Promise(() => {});
  };
}

function parentOf(pid: number): number {
  const [, parent] = /\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  return Number(parent);
}
