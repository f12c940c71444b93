// A driver to be killed: starts a twin under the home given, prints its folder and waits.
import { start } from "../../rehearsal/index.ts";

const twin = await start({
  home: process.argv[2] ?? "",
  world: "redis-encryption",
  scale: "tiny",
  seed: 1,
  faults: [],
  traffic: false,
});
console.log(twin.dir);
setInterval(() => {}, 1_000);
