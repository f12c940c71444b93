import { parseArgs } from "node:util";
import { line } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { PARTS } from "./redis/bench.ts";
import { benchRedis, REDIS_TOOLS } from "./redis/index.ts";

const USAGE = `usage: npm run bench -- redis [--json] [--keys N] [--rounds N] [--tail-seconds N] [--only PARTS] [--full]

  --json          one JSON document on standard output instead of a line a figure
  --keys N        strings that are copied and compared (default 1,000,000); mixed types: a tenth
  --rounds N      how often each is measured; the figures are median, least and most (default 3)
  --tail-seconds  how long clients write while the tail is measured (default 10)
  --only PARTS    some of ${PARTS.join(",")}
  --full          five million keys too
`;

const WRONG_USAGE = 2;
const INTERRUPTED = 130;

// Ends as by `exit`, where servers and folders are cleared away.
process.once("SIGINT", () => process.exit(INTERRUPTED));
process.once("SIGTERM", () => process.exit(INTERRUPTED));
await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const options = parsed(args);
  if (!options) {
    process.stderr.write(USAGE);
    process.exitCode = WRONG_USAGE;
    return;
  }
  const machine = await describeMachine(REDIS_TOOLS);
  const tell = (what: string) => void process.stderr.write(`${what}\n`);
  const figures = await benchRedis(options, tell);
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
        "tail-seconds": { type: "string", default: "10" },
        only: { type: "string", default: PARTS.join() },
      },
    });
    const counts = [values.keys, values.rounds, values["tail-seconds"]].map(Number);
    const parts = PARTS.filter((part) => values.only.split(",").includes(part));
    const valid = counts.every((count) => Number.isInteger(count) && count > 0) && parts.length > 0;
    if (positionals.join() !== "redis" || !valid) return undefined;
    const [keys = 0, rounds = 0, tailSeconds = 0] = counts;
    return { ...values, keys, rounds, tailSeconds, parts };
  } catch {
    return undefined;
  }
}
