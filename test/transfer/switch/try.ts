import { explore } from "./model/explore.ts";
const [budget, writes, depth] = JSON.parse(process.argv[2]!);
const t = performance.now();
const c0 = process.cpuUsage();
const r = explore({ budget, writes, ...(depth && { depth }) });
console.log(
  "cpu",
  Math.round(process.cpuUsage(c0).user / 1000),
  r.states,
  r.steps,
  "depth",
  r.depth,
  r.complete,
  Math.round(performance.now() - t),
  "ms",
  Math.round(process.memoryUsage().rss / 1e6),
  "MB",
);
if (r.counterexample) console.log(r.counterexample);
