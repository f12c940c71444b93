import { parseArgs } from "node:util";
import { line, type Figure } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { BENCH_TARGETS, benchPreview, PREVIEW_TOOLS } from "./preview/index.ts";
import { PARTS } from "./redis/bench.ts";
import { benchRedis, REDIS_TOOLS } from "./redis/index.ts";
import { benchRelay, RELAY_TOOLS } from "./relay/index.ts";
import { benchSwitch, SWITCH_TOOLS } from "./switch/index.ts";

const USAGE = `usage: npm run bench -- redis [--json] [--keys N] [--rounds N] [--tail-seconds N] [--only PARTS] [--full]
       npm run bench -- relay [--json] [--requests N] [--rounds N] [--pace-seconds N]
       npm run bench -- switch [--json] [--rounds N]
       npm run bench -- preview [--json] [--rounds N] [--target TARGET]

  --json          one JSON document on standard output instead of a line a figure
  --rounds N      how often each is measured; the figures are median, least and most (default 3)
  --keys N        strings that are copied and compared (default 1,000,000); mixed types: a tenth
  --tail-seconds  how long clients write while the tail is measured (default 10)
  --only PARTS    some of ${PARTS.join(",")}
  --full          five million keys too
  --requests N    requests of a round that measures how many are possible (default 500,000)
  --target TARGET one of ${BENCH_TARGETS.join(", ")} (default hipaa)
  --pace-seconds  how long latency is measured at 10,000 requests a second (default 10)
`;

const WRONG_USAGE = 2;
const INTERRUPTED = 130;

type Options = NonNullable<ReturnType<typeof parsed>>;
type Tell = (what: string) => void;

interface Subject {
  readonly tools: Parameters<typeof describeMachine>[0];
  measure(options: Options, tell: Tell): Promise<Figure[]>;
}

const subjects: Readonly<Record<string, Subject>> = {
  redis: { tools: REDIS_TOOLS, measure: benchRedis },
  relay: { tools: RELAY_TOOLS, measure: benchRelay },
  switch: { tools: SWITCH_TOOLS, measure: benchSwitch },
  preview: { tools: PREVIEW_TOOLS, measure: benchPreview },
};

// Ends as by `exit`, where servers and folders are cleared away.
process.once("SIGINT", () => process.exit(INTERRUPTED));
process.once("SIGTERM", () => process.exit(INTERRUPTED));
await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const options = parsed(args);
  const subject = options && subjects[options.subject];
  if (!subject) {
    process.stderr.write(USAGE);
    process.exitCode = WRONG_USAGE;
    return;
  }
  const machine = await describeMachine(subject.tools);
  const tell = (what: string) => void process.stderr.write(`${what}\n`);
  const figures = await subject.measure(options, tell);
  const text = options.json
    ? JSON.stringify([machine, ...figures], undefined, 2)
    : [JSON.stringify(machine), ...figures.map(line)].join("\n");
  process.stdout.write(`${text}\n`);
}

/** Undefined when the arguments make no sense. */
function parsed(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        full: { type: "boolean", default: false },
        keys: { type: "string", default: "1000000" },
        rounds: { type: "string", default: "3" },
        requests: { type: "string", default: "500000" },
        "tail-seconds": { type: "string", default: "10" },
        "pace-seconds": { type: "string", default: "10" },
        target: { type: "string", default: "hipaa" },
        only: { type: "string", default: PARTS.join() },
      },
    });
    const { json, full, only, target, ...numbers } = values;
    const counts = {
      keys: Number(numbers.keys),
      rounds: Number(numbers.rounds),
      requests: Number(numbers.requests),
      tailSeconds: Number(numbers["tail-seconds"]),
      paceSeconds: Number(numbers["pace-seconds"]),
    };
    const valid = Object.values(counts).every((count) => Number.isInteger(count) && count > 0);
    const parts = PARTS.filter((part) => only.split(",").includes(part));
    const [subject = "", ...more] = positionals;
    const known = parts.length > 0 && BENCH_TARGETS.includes(target);
    if (!valid || !known || more.length > 0) return undefined;
    return { subject, json, full, parts, target, ...counts };
  } catch {
    return undefined;
  }
}
