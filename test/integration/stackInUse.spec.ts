import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openDatabase } from "../../automation/engine/database.ts";
import { createRun } from "../../automation/engine/runs.ts";
import { projectRoot } from "../../automation/home.ts";
import { settingsPath } from "../../automation/stack/settings.ts";
import { fakeParams } from "../support/fakeRunbook.ts";
import { expectNoStackTrace, Godwit, said } from "../support/godwit.ts";

describe("the infrastructure of a stack that a run moves", function () {
  this.timeout(60_000);
  let godwit: Godwit;
  let project: string;

  before(async () => {
    godwit = await Godwit.create();
    project = join(godwit.home, "project");
    await mkdir(project);
    await copyFile(join(projectRoot, "Pulumi.staging.yaml"), settingsPath(project, "staging"));
    const db = await openDatabase(godwit.home);
    const params = fakeParams({ run: "20260301-0a0b0c", stack: "staging" });
    await createRun(db, params, settingsPath(project, "staging"));
    await db.close();
  });
  after(async () => {
    await godwit.remove();
  });

  for (const command of ["up", "destroy"]) {
    it(`is not changed by ${command}: exit code 4, with the run that has to end first`, async () => {
      const outcome = await godwit.run([command, "redis", "--stack", "staging"], {
        GODWIT_PROJECT: project,
      });
      expect(outcome.code, outcome.stderr).to.equal(4);
      expect(said(outcome)).to.contain(
        "Stack staging is already being moved by run 20260301-0a0b0c. Nothing was changed. Use `godwit watch 20260301-0a0b0c`",
      );
      expectNoStackTrace(outcome);
    });
  }
});
