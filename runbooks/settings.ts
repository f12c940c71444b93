import { z } from "zod";
import { usageError } from "../automation/errors.ts";
import type { StepContext } from "../automation/step.ts";
import { readSettings } from "../automation/stack/settings.ts";

const command = z.string().min(1);

const application = z
  .object({
    ecs: z
      .object({ cluster: z.string(), service: z.string(), container: z.string() })
      .strict()
      .optional(),
    command: z.object({ stop: command, deploy: command, rollback: command }).strict().optional(),
    check: z
      .object({
        url: z.url(),
        method: z.string().default("GET"),
        headers: z.record(z.string(), z.string()).default({}),
        body: z.string().optional(),
        expect: z.number().int().default(200),
      })
      .strict()
      .optional(),
    logGroup: z.string().optional(),
  })
  .strict()
  .refine(({ ecs, command }) => (ecs === undefined) !== (command === undefined), {
    message: "give either `ecs` or `command`: how the application is stopped and deployed",
  });

/** How the runbook stops, deploys and checks the application: `godwit:application`. */
export type ApplicationSettings = z.infer<typeof application>;

const redis = z.object({ source: z.object({ clusterId: z.string() }) });

const SOAK_HOURS = { default: 24, least: 24, most: 48 };
const soak = z.coerce
  .number()
  .min(SOAK_HOURS.least)
  .max(SOAK_HOURS.most)
  .default(SOAK_HOURS.default);

type Where = Pick<StepContext, "stack" | "environment">;

export function applicationSettings(ctx: Where): ApplicationSettings {
  const example = "{ ecs: { cluster: c, service: s, container: api }, check: { url: https://… } }";
  return parse(ctx, "godwit:application", application, example);
}

/** Id of the plaintext cluster that the stack replaces. */
export function sourceClusterId(ctx: Where): string {
  return parse(ctx, "godwit:redis", redis, "{ source: { clusterId: acme-redis-production } }")
    .source.clusterId;
}

export function applicationName(ctx: Where): string {
  return parse(ctx, "godwit:app", z.string().min(1), "acme");
}

/** Length of the soak in ms: `godwit:soakHours`, 24 to 48. */
export function soakMs(ctx: Where): number {
  return parse(ctx, "godwit:soakHours", soak, "24") * 3_600_000;
}

/** Whether a gate needs an approver other than whoever started the run. */
export function needsSecondApprover(ctx: Where): boolean {
  return parse(ctx, "godwit:secondApprover", z.stringbool().default(false), "true");
}

export function isProduction(ctx: Where): boolean {
  return parse(ctx, "godwit:production", z.stringbool().default(false), "true");
}

function parse<T>(ctx: Where, key: string, schema: z.ZodType<T>, example: string): T {
  const text = readSettings(ctx.environment.workDir, ctx.stack)[key];
  const result = schema.safeParse(text === undefined ? undefined : jsonOrText(text));
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    (issue) => `${[key, ...issue.path].join(".")}: ${issue.message}`,
  );
  throw usageError(
    "bad-config",
    `The settings of stack ${ctx.stack} are wrong: ${issues.join("; ")}.`,
    `A right value looks like \`${key}: ${example}\`.`,
  );
}

function jsonOrText(text: string): unknown {
  return text.startsWith("{") ? (JSON.parse(text) as unknown) : text;
}
