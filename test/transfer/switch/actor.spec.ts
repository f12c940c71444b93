import { expect } from "chai";
import { Actor } from "../../../transfer/switch/actor.ts";
import type { Step } from "../../../transfer/switch/protocol.ts";

type Event = { type: "go" | "work" } | { type: "timer"; timer: string };
type Action =
  | { type: "startTimer"; timer: string; ms: number }
  | { type: "stopTimer"; timer: string }
  | { type: "note"; what: string };

/** `go` starts two timers; every event is noted. */
function step(state: number, event: Event): Step<number, Action> {
  const what = event.type === "timer" ? event.timer : event.type;
  const note: Action = { type: "note", what };
  if (event.type !== "go") return { state: state + 1, actions: [note] };
  const timers = [
    { type: "startTimer", timer: "late", ms: 10 },
    { type: "startTimer", timer: "lease", ms: 5 },
    { type: "startTimer", timer: "never", ms: 1 },
    { type: "stopTimer", timer: "never" },
  ] as const;
  return { state: state + 1, actions: [note, ...timers] };
}

describe("The actor that runs a machine", () => {
  it("fires what is overdue, the oldest first, before a later event of a process that stood still", () => {
    const notes: string[] = [];
    const actor = new Actor<number, Event, Action>(0, step, ({ what }) => void notes.push(what));
    actor.tell({ type: "go" });
    const until = performance.now() + 20;
    while (performance.now() < until); // The process stands still: no timer of Node's can run.
    actor.tell({ type: "work" });
    actor.stop();
    expect(notes).to.deep.equal(["go", "lease", "late", "work"]);
    expect(actor.state).to.equal(4);
  });

  it("fires timers when nothing else happens", async () => {
    const fired: string[] = [];
    await new Promise<void>((resolve) => {
      const actor = new Actor<number, Event, Action>(0, step, ({ what }) => {
        fired.push(what);
        if (what === "late") resolve();
      });
      actor.tell({ type: "go" });
    });
    expect(fired).to.deep.equal(["go", "lease", "late"]);
  });

  it("takes what a deed tells after the deeds of the event before", () => {
    const notes: string[] = [];
    const actor: Actor<number, Event, Action> = new Actor<number, Event, Action>(
      0,
      step,
      ({ what }) => {
        notes.push(what);
        if (what === "go") actor.tell({ type: "work" });
        notes.push(`${what} done`);
      },
    );
    actor.tell({ type: "go" });
    actor.stop();
    expect(notes).to.deep.equal(["go", "go done", "work", "work done"]);
  });
});
