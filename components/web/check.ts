import { problemsOf } from "../config/problems.ts";
import { REGION } from "../shared/names.ts";
import type { WebAppArgs } from "./args.ts";
import { webContradictions } from "./contradictions.ts";
import { webSchema } from "./settings.ts";
import type { WebSettings } from "./settings.ts";

/** The arguments with their defaults, and without what every component has. */
export type CheckedArgs = Omit<WebSettings, "usage">;

/**
 * Refuses, before anything is declared, what the services would refuse half-way: by the same rules as the settings.
 *
 * @throws Error with everything that is wrong, a line each
 */
export function checkArgs(args: WebAppArgs): CheckedArgs {
  const {
    app: _app,
    environment: _env,
    dataClass: _class,
    production: _prod,
    region,
    ...own
  } = args;
  const parsed = webSchema.omit({ usage: true }).safeParse(own);
  const wrong = [
    ...problemsOf(webSchema, parsed.error?.issues ?? [], own),
    ...webContradictions({ web: own as Partial<WebSettings> }, region),
  ].map(({ key, wrong: why }) => `\`${key.replace(/^godwit:(web\.)?/, "")}\` ${why}.`);
  if (!REGION.test(region)) {
    wrong.push(`\`region\` must be a region's name, such as "us-east-1", but is "${region}".`);
  }
  if (!parsed.success || wrong.length > 0) throw new Error(wrong.join("\n"));
  return parsed.data;
}
