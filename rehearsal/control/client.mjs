import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";

/** Code of the error when nobody answers for a twin any more. */
export const TWIN_GONE = "TwinGone";

/**
 * Where a twin's control endpoint is and how to get in, from its folder.
 * @param {string} dir folder of the twin
 */
export function readControl(dir) {
  try {
    const control = JSON.parse(readFileSync(join(dir, "control.json"), "utf8"));
    return { ...control, ca: readFileSync(control.caFile) };
  } catch (cause) {
    throw gone(cause);
  }
}

/**
 * Asks the twin. Rejects with its own error (`code` and `message`), or with the code `TWIN_GONE`.
 * @param {ReturnType<typeof readControl>} control
 * @param {string} path
 * @param {unknown} [body] what to send; a GET without it
 * @returns {Promise<any>}
 */
export function askTwin(control, path, body) {
  const { host, port, token, ca } = control;
  const method = body === undefined ? "GET" : "POST";
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, ca, method, headers }, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", (cause) => reject(gone(cause)));
      response.on("end", () => {
        const answer = JSON.parse(Buffer.concat(chunks).toString("utf8") || "null");
        if (response.statusCode === 200) resolve(answer);
        else reject(Object.assign(new Error(answer?.message), { code: answer?.code }));
      });
    });
    asked.on("error", (cause) => reject(gone(cause)));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** @param {unknown} cause */
function gone(cause) {
  const { message } = /** @type {Error} */ (cause);
  const what = `The rehearsal's twin does not answer (${message}).`;
  return Object.assign(new Error(what, { cause }), { code: TWIN_GONE });
}
