import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../tools/support/process.mjs";
import { Checkout } from "../checkout.ts";

/** One call of GitHub's command line: what was asked, and what was handed over. */
export interface Call {
  readonly args: string;
  readonly fields: Record<string, unknown> | undefined;
}

const CI = new URL("../../../tools/ci/", import.meta.url);

/** A `gh` on the PATH that answers every list with `list`, and remembers its calls. */
export class FakeGithub {
  readonly #checkout = new Checkout();
  readonly folder = join(this.#checkout.root, "looks");

  constructor(list: readonly unknown[]) {
    const pages = this.#checkout.write("pages.json", JSON.stringify([list]));
    const calls = join(this.#checkout.root, "calls");
    this.#checkout.write("calls/.keep", "");
    this.#checkout.program(
      "path/gh",
      `n=$(/bin/ls ${calls} | /usr/bin/wc -l)
echo "$*" > ${calls}/$n
case "$*" in
  *"--method GET"*) /bin/cat ${pages} ;;
  *) /bin/cat > ${calls}/$n.json; echo "{}" ;;
esac`,
    );
  }

  look(stack: string, look: object): void {
    this.#checkout.write(`looks/${stack}.json`, JSON.stringify(look));
  }

  /** Runs a script of `tools/ci` as a job does. */
  async script(name: string, args: readonly string[], env: Record<string, string> = {}) {
    const job = {
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_REPOSITORY: "acme/infra",
      GITHUB_RUN_ID: "7",
      GITHUB_SHA: "abcdef",
    };
    const path = new URL(name, CI).pathname;
    return await run(process.execPath, [path, ...args], { env: { ...job, ...env } });
  }

  get calls(): Call[] {
    const folder = join(this.#checkout.root, "calls");
    const files = readdirSync(folder).filter((file) => /^\d+$/.test(file));
    const order = files.sort((a, b) => Number(a) - Number(b));
    return order.map((file) => ({
      args: readFileSync(join(folder, file), "utf8").trim(),
      fields: fieldsIn(join(folder, `${file}.json`)),
    }));
  }

  remove(): void {
    this.#checkout.remove();
  }
}

function fieldsIn(file: string): Call["fields"] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Call["fields"];
  } catch {
    return undefined;
  }
}
