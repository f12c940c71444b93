import { createInterface } from "node:readline";

/** The other end of `Script`: the job that came in, how to tell something, and when to end. */
export interface Task<Job> {
  readonly job: Job;
  tell(value: unknown): void;
  /** Resolves when the starter asks to end. */
  readonly ended: Promise<void>;
}

export async function readTask<Job>(): Promise<Task<Job>> {
  const lines = createInterface({ input: process.stdin });
  const ended = new Promise<void>((resolve) => lines.once("close", resolve));
  const text = await new Promise<string>((resolve) => lines.once("line", resolve));
  return {
    job: JSON.parse(text) as Job,
    tell: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    ended,
  };
}
