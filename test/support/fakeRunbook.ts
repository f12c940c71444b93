import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../../automation/engine/engine.ts";
import type { RunParams } from "../../automation/engine/runs.ts";
import type { Facts, Runbook, Step, WorkStep } from "../../automation/step.ts";

/** A work step whose effects are lines in `<folder>/effects`, so that another process can count them. */
export function fakeStep(folder: string, id: string, more: Partial<WorkStep> = {}): WorkStep {
  return {
    kind: "work",
    id,
    title: id,
    effect: "a line in a file",
    expectedMs: 1,
    run: (ctx) => {
      effect(folder, `run ${id}`);
      ctx.progress({ doing: id });
      return Promise.resolve({ attempt: ctx.attempt });
    },
    undo: {
      title: "another line",
      run: () => {
        effect(folder, `undo ${id}`);
        return Promise.resolve();
      },
    },
    ...more,
  };
}

export function effect(folder: string, line: string): void {
  appendFileSync(join(folder, "effects"), `${line}\n`);
}

/** What has been done so far, in order. */
export function effects(folder: string): string[] {
  const path = join(folder, "effects");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}

/** A host with one runbook, on a clock that makes an hour a millisecond. */
export function fakeHost(steps: readonly Step[]): Host {
  const runbook: Runbook = {
    name: "fake",
    title: "A fake move",
    from: "here",
    to: "there",
    target: "none",
    modes: ["only"],
    version: 1,
    stall: () => "none",
    steps: () => steps,
    preflight: () => Promise.resolve({} as Facts),
    compare: () => Promise.resolve({ what: "none", source: 0, target: 0, differences: 0 }),
    policy: () => ({ production: false, secondApprover: false, healthData: false }),
  };
  return {
    runbook: () => Promise.resolve(runbook),
    environment: () => Promise.resolve({ env: {}, workDir: "/", clockFactor: 3_600_000 }),
  };
}

let created = 0;

export function fakeParams(more: Partial<RunParams> = {}): RunParams {
  created += 1;
  return {
    run: `run-${process.pid}-${created}`,
    runbook: "fake",
    version: 1,
    mode: "only",
    stack: `stack-${created}`,
    approve: "ask",
    faults: [],
    startedBy: "alice",
    secondApprover: false,
    ...more,
  };
}
