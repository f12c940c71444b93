import { spawn } from "node:child_process";

/** Who GitHub says wrote what a workflow posts. */
const AUTHOR = "github-actions[bot]";

/** @typedef {{ body: string | null, user: { login: string } | null }} Post */

/**
 * Calls GitHub through its command line, which reads the token from GH_TOKEN. The fields go through standard input: a
 * list of arguments is bounded, and everybody on the machine can read it.
 * @param {"GET" | "POST" | "PATCH"} method
 * @param {string} path Within the repository: `issues/1`.
 * @param {Record<string, unknown>} [fields]
 * @returns {Promise<unknown>}
 */
export async function github(method, path, fields) {
  const all = method === "GET" ? ["--paginate", "--slurp"] : ["--input", "-"];
  const args = ["api", "--method", method, `repos/{owner}/{repo}/${path}`, ...all];
  const answer = JSON.parse(await gh(args, fields ? JSON.stringify(fields) : ""));
  return method === "GET" ? answer.flat() : answer;
}

/**
 * The comment or issue of ours that carries this mark.
 * @template {Post} Found
 * @param {string} path Of the list. @param {string} mark
 * @returns {Promise<Found | undefined>}
 */
export async function ours(path, mark) {
  const posts = /** @type {Found[]} */ (await github("GET", path));
  return posts.find(({ body, user }) => user?.login === AUTHOR && body?.startsWith(mark));
}

/** @param {readonly string[]} args @param {string} input @returns {Promise<string>} */
function gh(args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn("gh", args, { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`gh ${args.join(" ")} ended with ${code}.`)),
    );
    // One that ends before it has read this tells by its exit code whether that was right.
    child.stdin.on("error", () => undefined).end(input);
  });
}
