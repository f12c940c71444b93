// node tools/ci/issue.mjs FOLDER STACK…: the one issue that tells of drift. It is opened when there is some, written anew
// while there is, and closed when there is none any more.
import { context } from "./context.mjs";
import { driftReport, verdict } from "./drift-report.mjs";
import { github, ours } from "./github.mjs";
import { readLooks } from "./looks.mjs";

const MARK = "<!-- godwit: drift -->\n";
const TITLE = "The cloud is not as the stacks left it";

const [folder = "", ...stacks] = process.argv.slice(2);
const looks = readLooks(folder, stacks);
/** @type {(import("./github.mjs").Post & { number: number }) | undefined} */
const issue = await ours("issues?state=open&per_page=100", MARK);
const found = verdict(looks);
if (found === "drift") await tell(MARK + driftReport({ looks, ...context() }));
if (found === "none" && issue) await close(issue.number);

/** @param {string} body */
async function tell(body) {
  await (issue
    ? github("PATCH", `issues/${issue.number}`, { body })
    : github("POST", "issues", { title: TITLE, body }));
}

/** @param {number} number */
async function close(number) {
  const { runUrl } = context();
  const body = `The stacks are as their last update left them again: [log](${runUrl}).`;
  await github("POST", `issues/${number}/comments`, { body });
  await github("PATCH", `issues/${number}`, { state: "closed" });
}
