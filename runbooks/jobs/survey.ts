import type { Facts, Job } from "../../automation/step.ts";
import { surveyServers } from "../../transfer/redis/survey.ts";
import { bothServers } from "./reference.ts";

/** Looks at every key of `source` and proves that `target` is reached and can take it. Changes no data. */
export const survey: Job = async (ctx) => {
  const { source, target } = await bothServers(ctx);
  const found = await surveyServers(source, target, {
    signal: ctx.signal,
    onProgress: (done) => ctx.progress({ doing: "surveying", done, unit: "keys" }),
  });
  return found as unknown as Facts;
};
