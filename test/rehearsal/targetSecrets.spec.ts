import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as driver from "../../automation/stack/update.ts";
import { preview } from "../../automation/stack/preview.ts";
import { findTools } from "../../automation/tools.ts";
import { TargetTwin } from "../support/targetTwin.ts";

/** What the engine writes in place of a secret, once somebody who may has decrypted the state. */
interface Decrypted {
  readonly plaintext: string;
}

const GENERATED = /^(random|cloudflare:index\/(accountToken|apiToken))/;
/** Every generated password and token is longer; what else is encrypted beside them, such as a user's name, is not. */
const SHORTEST = 16;

for (const target of ["web", "hetzner", "hipaa"]) {
  describe(`the secrets of target ${target}`, function () {
    this.timeout(240_000);
    const twin = new TargetTwin(target);
    const told: unknown[] = [];
    let secrets: ReadonlySet<string>;

    before(async () => {
      const onProgress = (progress: unknown) => told.push(progress);
      const { outputs } = await driver.up({ ...twin.request, onProgress });
      told.push(Object.entries(outputs).filter(([, { secret }]) => !secret));
      secrets = new Set(await generated());
    });

    /** What was made up for this stack alone, as whoever may decrypt its state sees it. */
    async function generated(): Promise<string[]> {
      const { pulumi } = await findTools();
      const { env, workDir } = twin.request.environment;
      const args = [
        "stack",
        "export",
        "--show-secrets",
        "--stack",
        "organization/godwit/rehearsal",
      ];
      const text = execFileSync(pulumi.found!.path, args, {
        ...{ cwd: workDir, env: { ...process.env, ...env }, encoding: "utf8" },
        maxBuffer: 64 * 2 ** 20,
      });
      const state = JSON.parse(text) as { deployment: { resources: Record<string, unknown>[] } };
      return state.deployment.resources
        .filter(({ type }) => GENERATED.test(String(type)))
        .flatMap(({ outputs }) => encryptedIn(outputs));
    }

    function expectNone(text: string, where: string): void {
      for (const secret of secrets) {
        for (const form of [secret, Buffer.from(secret).toString("base64")])
          expect(text.includes(form), where).to.equal(false);
      }
    }

    it("there are some", () => {
      expect(secrets.size).to.be.above(0);
    });

    it("are in no file of the state, nor in the user data within it", () => {
      const folder = join(twin.live.dir, "state");
      const files = readdirSync(folder, { recursive: true, withFileTypes: true });
      for (const file of files.filter((entry) => entry.isFile())) {
        const text = readFileSync(join(file.parentPath, file.name), "utf8");
        expectNone(text, file.name);
        expectNone(decodedIn(text), `user data in ${file.name}`);
      }
    });

    it("are in no preview", async () => {
      expectNone(JSON.stringify(await preview(twin.request)), "preview");
    });

    it("are in nothing that is told on the way, nor in an output that is none", () => {
      expectNone(JSON.stringify(told), "what was told");
    });
  });
}

/** Texts under the engine's mark for a secret. */
function encryptedIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("plaintext" in value) return leaves(JSON.parse((value as Decrypted).plaintext));
  return Object.values(value).flatMap(encryptedIn);
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return value.length < SHORTEST ? [] : [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** What is written in base64, as the user data of a launch template is. */
function decodedIn(text: string): string {
  const encoded = text.match(/[A-Za-z0-9+/]{200,}={0,2}/g) ?? [];
  return encoded.map((part) => Buffer.from(part, "base64").toString("utf8")).join("\n");
}
