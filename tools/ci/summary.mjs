// node tools/ci/summary.mjs FOLDER STACK…: prints what an update would change, for a job's summary.
import { context } from "./context.mjs";
import { readLooks } from "./looks.mjs";
import { previewReport } from "./preview-report.mjs";

const [folder = "", ...stacks] = process.argv.slice(2);
console.log(previewReport({ looks: readLooks(folder, stacks), ...context() }));
