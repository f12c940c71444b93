// A driver of a run whose only step calls the job `waits`, in a process of its own, which can be killed.
import { openDatabase } from "../../automation/engine/database.ts";
import { Engine } from "../../automation/engine/engine.ts";
import { callingStep } from "./fakeJobs.ts";
import { fakeHost } from "./fakeRunbook.ts";

const { DRIVER_HOME, DRIVER_RUN, DRIVER_FOLDER } = process.env;
const db = await openDatabase(DRIVER_HOME!);
const engine = await Engine.launch(db, fakeHost([callingStep(DRIVER_FOLDER!)]));
await engine.drive(DRIVER_RUN!);
await engine.close();
await db.close();
