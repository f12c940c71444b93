import { createInterface } from "node:readline";

/** The other end of `Script`: the job that came in, what else is asked, and how to tell something. */
export interface Task<Job> {
  readonly job: Job;
  tell(value: unknown): void;
  /** Further lines; ends when the starter asks to end. */
  readonly lines: AsyncIterator<string>;
}

export async function readTask<Job>(): Promise<Task<Job>> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const { value } = (await lines.next()) as { value: string };
  return {
    job: JSON.parse(value) as Job,
    tell: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    lines,
  };
}

/** Resolves when the starter asks to end. */
export async function ended({ lines }: Pick<Task<unknown>, "lines">): Promise<void> {
  while (!(await lines.next()).done);
}
