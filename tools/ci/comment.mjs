// node tools/ci/comment.mjs PULL-REQUEST FOLDER STACK…: the one comment on a pull request that tells what it would change,
// written anew at each push.
import { context } from "./context.mjs";
import { github, ours } from "./github.mjs";
import { readLooks } from "./looks.mjs";
import { previewReport } from "./preview-report.mjs";

const MARK = "<!-- godwit: preview -->\n";

const [pullRequest = "", folder = "", ...stacks] = process.argv.slice(2);
const body = MARK + previewReport({ looks: readLooks(folder, stacks), ...context() });
/** @type {(import("./github.mjs").Post & { id: number }) | undefined} */
const comment = await ours(`issues/${pullRequest}/comments?per_page=100`, MARK);
await (comment
  ? github("PATCH", `issues/comments/${comment.id}`, { body })
  : github("POST", `issues/${pullRequest}/comments`, { body }));
