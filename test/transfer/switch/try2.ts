import { explore } from "./model/explore.ts";
import { MUTATIONS } from "./model/mutations.ts";
import { REAL } from "./model/rules.ts";
for (const m of MUTATIONS) {
  if (process.argv[2] && !m.name.includes(process.argv[2])) continue;
  const c0 = process.cpuUsage();
  const r = explore({ ...m.scenario, rules: { ...REAL, ...m.rules } });
  console.log(
    "###",
    m.name,
    "cpu",
    Math.round(process.cpuUsage(c0).user / 1000),
    r.states,
    r.depth,
    r.complete,
    m.breaks.test(r.counterexample?.split("\n").pop() ?? ""),
  );
  console.log(r.counterexample);
}
