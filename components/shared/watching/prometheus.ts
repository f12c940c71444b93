import { stringify } from "yaml";
import type { AlarmSpec } from "../../alarms.ts";

/** A figure in Prometheus' language. */
export type PromQl = string;

/** Prometheus' rules, as the file that it reads. An alarm is named as Prometheus' are: `upload-failures`, `UploadFailures`. */
export function prometheusRules(group: string, alarms: readonly AlarmSpec<PromQl>[]): string {
  return stringify({ groups: [{ name: group, rules: alarms.map(rule) }] }, { lineWidth: 0 });
}

/** What an alarm is called in Prometheus. */
export function alertName(id: string): string {
  return id.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}

function rule(alarm: AlarmSpec<PromQl>) {
  return {
    alert: alertName(alarm.id),
    expr: expression(alarm),
    for: `${alarm.periodSeconds * alarm.periods}s`,
    labels: { severity: alarm.severity ?? "page" },
    annotations: { description: alarm.meaning },
  };
}

function expression({ observed, is, threshold, missing }: AlarmSpec<PromQl>): PromQl {
  const over = `(${observed}) ${is === "above" ? ">" : "<"} ${threshold}`;
  return missing === "alarm" ? `${over} or absent(${observed})` : over;
}
