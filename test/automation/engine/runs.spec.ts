import { expect } from "chai";
import type { Database } from "../../../automation/engine/database.ts";
import { createRun, refuseStackInUse, updateRun } from "../../../automation/engine/runs.ts";
import { temporaryDatabase } from "../../support/database.ts";
import { fakeParams } from "../../support/fakeRunbook.ts";
import { rejection } from "../../support/rejection.ts";

const HERE = "/here/Pulumi.prod.yaml";
const THERE = "/there/Pulumi.prod.yaml";

describe("a stack that a run moves", () => {
  const database = temporaryDatabase();
  const shared = (): Database => ({ ...database.db, embedded: false });
  const inUse = async (db: Database, key: string) =>
    String(await rejection(refuseStackInUse(db, "prod", key)));

  it("is in use for whoever has the same settings", async () => {
    const { run } = await begin({ stack: "prod" }, HERE);
    expect(await inUse(database.db, HERE)).to.contain(
      `Stack prod is already being moved by run ${run}.`,
    );
    await refuseStackInUse(database.db, "prod", THERE);
    await updateRun(database.db, run, { status: "completed" });
    await refuseStackInUse(database.db, "prod", HERE);
  });

  it("is in use for every checkout where the database is shared, also while the run waits", async () => {
    const { run } = await begin({ stack: "prod" }, HERE);
    await updateRun(database.db, run, { status: "waiting" });
    expect(await inUse(shared(), THERE)).to.contain(run);
    await refuseStackInUse(shared(), "staging", "/there/Pulumi.staging.yaml");
    await updateRun(database.db, run, { status: "rolled-back" });
    await refuseStackInUse(shared(), "prod", THERE);
  });

  it("is not in use by a rehearsal, whose stack is the twin's", async () => {
    await begin({ stack: "prod", twin: "/twins/one" }, "/twins/one/Pulumi.prod.yaml");
    await refuseStackInUse(shared(), "prod", THERE);
  });

  async function begin(more: Parameters<typeof fakeParams>[0], key: string) {
    const params = fakeParams(more);
    await createRun(database.db, params, key);
    return params;
  }
});
