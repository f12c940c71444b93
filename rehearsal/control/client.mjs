import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";

/**
 * Where a twin's control endpoint is and how to get in, from its folder.
 * @param {string} dir folder of the twin
 */
export function readControl(dir) {
  const control = JSON.parse(readFileSync(join(dir, "control.json"), "utf8"));
  return { ...control, ca: readFileSync(control.caFile) };
}

/**
 * Asks the twin. Rejects with its own error (`code` and `message`), or with Node's when it is not running.
 * @param {ReturnType<typeof readControl>} control
 * @param {string} path
 * @param {unknown} [body] what to send; a GET without it
 * @returns {Promise<any>}
 */
export function askTwin(control, path, body) {
  const { host, port, token, ca } = control;
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host,
        port,
        path,
        ca,
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      },
      (response) => {
        /** @type {Buffer[]} */
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answer = JSON.parse(Buffer.concat(chunks).toString("utf8") || "null");
          if (response.statusCode === 200) resolve(answer);
          else reject(Object.assign(new Error(answer?.message), { code: answer?.code }));
        });
      },
    );
    asked.on("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
