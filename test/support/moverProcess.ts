// A mover for the jobs of `fakeJobs` in a process of its own, which can be killed.
import { MoverProcess } from "../../automation/engine/mover.ts";
import { fakeRunbook } from "./fakeJobs.ts";

const { MOVER_DATABASE, MOVER_RUN, MOVER_FOLDER } = process.env;
const ending = new AbortController();
process.once("SIGTERM", () => ending.abort());
const mover = new MoverProcess({
  env: {},
  engine: () => Promise.resolve({ database: MOVER_DATABASE!, run: MOVER_RUN! }),
  runbook: () => fakeRunbook(MOVER_FOLDER!),
  log: (line) => console.log(line),
});
void mover.serve(ending.signal);
