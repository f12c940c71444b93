// A driver to be killed: brings the stack of the twin whose folder is given, and says first what it had to mend.
import { join } from "node:path";
import { readEnvironment } from "../../../automation/environment.ts";
import { bringMover } from "./moverStack.ts";

const environment = await readEnvironment(join(process.argv[2]!, "environment.json"));
// The plugins' way to the twin may be another than the driver's own.
const env = { ...environment.env, GODWIT_TWIN: process.env["GODWIT_TWIN"]! };
await bringMover({ ...environment, env }, (repair) => console.log(JSON.stringify(repair ?? null)));
