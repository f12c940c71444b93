import { parseArgs } from "node:util";
import { endAll } from "../processes.ts";
import { redisEncryption } from "../../runbooks/redis-encryption.ts";
import { disturbancesOf } from "./disturbances.ts";
import { rehearse, type Outcome } from "./rehearsal.ts";

const USAGE = `usage: npm run soak [-- --runs N --seed N --scale tiny|small|medium|large]

  Rehearses the Redis move again and again while its driver, its mover and its relays are killed at random, and
  rolls every third one back. Ends with 0 only if no acknowledged write was lost or doubled in any of them.

  --runs N   how many rehearsals (default 30)
  --seed N   of the first one; the next has the next number (default: of the clock). Printed, so that one can be repeated
  --scale    of the data (default tiny)
`;

const WRONG_USAGE = 2;
const INTERRUPTED = 130;

process.once("SIGINT", () => process.exit(INTERRUPTED));
process.once("SIGTERM", () => process.exit(INTERRUPTED));
process.once("exit", endAll);
await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const options = parsed(args);
  if (!options) {
    process.stderr.write(USAGE);
    process.exitCode = WRONG_USAGE;
    return;
  }
  const { runs, seed, scale } = options;
  const mode = redisEncryption.modes[0]!;
  const steps = redisEncryption.steps(mode).map(({ id }) => id);
  let failures = 0;
  for (let index = 0; index < runs; index++) {
    const disturbances = disturbancesOf(seed + index, steps);
    say(`${index + 1}/${runs} seed ${seed + index}: ${disturbances.faults.join(" ")}`);
    try {
      say(`  ${told(await rehearse(redisEncryption.name, scale, disturbances))}`);
    } catch (error) {
      failures += 1;
      say(`  FAILED: ${(error as Error).message}`);
    }
  }
  say(`${runs - failures} of ${runs} rehearsals in a row lost nothing and doubled nothing.`);
  process.exitCode = failures === 0 ? 0 : 1;
}

function told({ status, traffic, durationMs, resumes }: Outcome): string {
  const { writes, errors, longestStallMs } = traffic;
  return `${status} in ${Math.round(durationMs / 1_000)} s, ${resumes} resumes, ${writes} writes, 0 lost, 0 doubled, ${errors} errors, longest stall ${longestStallMs} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Undefined when the arguments make no sense. */
function parsed(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: "string", default: "30" },
        seed: { type: "string", default: String(Math.floor(Date.now() / 1_000) % 1_000_000) },
        scale: { type: "string", default: "tiny" },
      },
    });
    const [runs, seed] = [Number(values.runs), Number(values.seed)];
    const valid = [runs, seed].every((number) => Number.isInteger(number) && number > 0);
    return valid ? { runs, seed, scale: values.scale } : undefined;
  } catch {
    return undefined;
  }
}
