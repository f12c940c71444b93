import pc from "picocolors";
import type { ChainedEvent } from "./evidence/chain.ts";
import { oneLine } from "./evidence/facts.ts";
import type { Progress } from "./step.ts";

/** Where a command's words go: the result to standard output, everything on the way to standard error. */
export interface Io {
  readonly json: boolean;
  /** One line about what is going on. */
  say(line: string): void;
  event(event: ChainedEvent): void;
  progress(step: string, progress: Progress): void;
  /** The command's result: with `--json` the document, else the text. */
  result(document: object, text: string): void;
}

export function openIo(json: boolean): Io {
  if (json) return jsonIo();
  return process.stderr.isTTY ? terminalIo() : plainIo();
}

function jsonIo(): Io {
  const line = (value: object) => process.stderr.write(`${JSON.stringify(value)}\n`);
  return {
    json: true,
    say: (text) => line({ event: "message", text }),
    event: ({ at, type, data }) => line({ event: type, at, ...data }),
    progress: (step, progress) => line({ event: "progress", step, ...progress }),
    result: (document) => process.stdout.write(`${JSON.stringify(document, null, 2)}\n`),
  };
}

function plainIo(): Io {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  return {
    json: false,
    say,
    event: (event) => {
      const text = describe(event);
      if (text) say(text);
    },
    progress: () => undefined,
    result: (_, text) => process.stdout.write(`${text}\n`),
  };
}

/** Like the plain one, with the running step on a last line that is rewritten in place. */
function terminalIo(): Io {
  const plain = plainIo();
  const clear = () => process.stderr.write("\r\x1b[2K");
  return {
    ...plain,
    say: (text) => {
      clear();
      plain.say(text);
    },
    event: (event) => {
      clear();
      plain.event(event);
    },
    progress: (step, progress) => {
      clear();
      const width = (process.stderr.columns ?? 80) - 1;
      process.stderr.write(`${step}: ${figures(progress)}`.slice(0, width));
    },
    result: (document, text) => {
      clear();
      plain.result(document, text);
    },
  };
}

function figures({ doing, done, total, unit }: Progress): string {
  if (done === undefined) return doing;
  const share = total ? ` (${Math.floor((100 * done) / total)} %)` : "";
  return `${doing} · ${done.toLocaleString("en")}${total ? ` of ${total.toLocaleString("en")}` : ""} ${unit ?? ""}${share}`;
}

/** One line for a person, or nothing for events that only matter in the evidence. */
function describe({ type, data }: ChainedEvent): string | undefined {
  const text = (key: string) => oneLine(data[key]);
  switch (type) {
    case "step.started":
      return data["attempt"] === 1
        ? undefined
        : pc.yellow(`  ↻ ${text("step")} (attempt ${text("attempt")})`);
    case "step.succeeded":
      return `${pc.green("  ✓")} ${text("step")} ${pc.dim(duration(Number(data["durationMs"])))}`;
    case "step.failed":
      return pc.red(`  ✗ ${text("step")}`);
    case "step.undone":
      return pc.yellow(`  ↶ ${text("step")} undone`);
    case "gate.waiting":
      return pc.cyan(`  ? ${text("gate")}: ${text("asks")}`);
    case "gate.approved":
      return pc.cyan(`  ✓ ${text("gate")} approved by ${text("by")}`);
    default:
      return undefined;
  }
}

/** A duration as a person says it: 340 ms, 4.2 s, 12 min, 24 h. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 90_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 90 * 60_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}
