import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { StepContext } from "../../automation/step.ts";
import { applicationSettings } from "../settings.ts";
import { clientSettings } from "../../automation/aws.ts";

const LOOK_BACK_MS = 10 * 60_000;
/** Lines that name Redis or one of its clients' errors. */
const REDIS = /redis|ECONNREFUSED|WRONGPASS|NOAUTH/i;
const ERROR = /error|fail|refused|WRONGPASS|NOAUTH/i;
const KEEP = 200;

/** Error lines about Redis in the application's log of the last ten minutes; none where no log group is given. */
export async function redisErrors(ctx: StepContext): Promise<string[]> {
  const { logGroup } = applicationSettings(ctx);
  if (!logGroup) return [];
  const client = new CloudWatchLogsClient(clientSettings(ctx.environment.env));
  const since = Math.max(Date.now() - LOOK_BACK_MS, deployedAt(ctx));
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events?: { message?: string }[]; nextToken?: string } = await client.send(
      new FilterLogEventsCommand({
        logGroupName: logGroup,
        startTime: since,
        filterPattern: "?ERROR ?Error ?error ?WRONGPASS ?NOAUTH",
        ...(nextToken && { nextToken }),
      }),
    );
    const messages = (page.events ?? []).map(({ message = "" }) => message);
    lines.push(...messages.filter((line) => REDIS.test(line) && ERROR.test(line)));
    nextToken = page.nextToken;
  } while (nextToken);
  return lines.map((line) => line.slice(0, KEEP));
}

/** What the application logged while it was being stopped is not about the target. */
function deployedAt(ctx: StepContext): number {
  return Number(ctx.results["deploy-application"]?.["servingSince"] ?? 0);
}
