import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { App } from "../../../automation/commands/context.ts";
import { up } from "../../../automation/commands/infrastructure.ts";
import { refusal } from "../../../automation/errors.ts";
import { openIo } from "../../../automation/io.ts";
import type { Subject } from "../../../automation/preflight.ts";
import { rejection } from "../../support/rejection.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";

describe("godwit up", () => {
  const project = temporaryFolder("up");
  const environment = { ...process.env };
  before(() => {
    process.env["GODWIT_PROJECT"] = project;
    process.env["GODWIT_HOME"] = join(project, "home");
    process.env["PULUMI_BACKEND_URL"] = `file://${join(project, "state")}`;
  });
  after(() => {
    for (const name of ["GODWIT_PROJECT", "GODWIT_HOME", "PULUMI_BACKEND_URL"]) {
      if (environment[name] === undefined) delete process.env[name];
      else process.env[name] = environment[name];
    }
  });

  it("looks at what it depends on before the engine starts, and ends with what that says", async () => {
    writeFileSync(join(project, "Pulumi.prod.yaml"), "config: {}\n");
    const asked: string[] = [];
    const app: App = {
      io: openIo(true),
      runbooks: async () => [],
      rehearsal: () => Promise.reject(new Error("not asked for")),
      policy: () => Promise.reject(new Error("not asked for")),
      preflight: (target: string, subject: Subject) => {
        asked.push(target, subject.stack, subject.environment.workDir);
        return Promise.reject(refusal("quota", "There is no room.", "Ask for more."));
      },
    };
    const refused = await rejection(up(app, "hipaa", { stack: "prod" }));
    expect(refused).to.include({ exitCode: 4 });
    expect((refused as Error).message).to.include("There is no room.");
    expect(asked).to.deep.equal(["hipaa", "prod", project]);
    expect(existsSync(join(project, "state"))).to.equal(false);
  });
});
