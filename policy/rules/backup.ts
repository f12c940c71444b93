import type { Plan, Resource } from "../plan.ts";
import { input, listOf, textsOf, UNKNOWN } from "../plan.ts";
import type { Verdict } from "../rule.ts";
import { when } from "../rule.ts";

const SELECTION = "aws:backup/selection:Selection";

/** Judges that a backup plan selects the resource, by its ARN or by a tag. `kind` starts the end of its ARN: `db:`. */
export function inBackupPlan(resource: Resource, plan: Plan, kind: string): Verdict {
  const selected = plan.of(SELECTION).map((selection) => selects(selection, resource, kind));
  if (selected.includes(true)) return "kept";
  return when(selected.includes(UNKNOWN) ? UNKNOWN : false, "is in no backup plan");
}

function selects(selection: Resource, resource: Resource, kind: string) {
  if (listOf(input(selection, "selectionTags")).some((tag) => isOn(tag, resource))) return true;
  const arns = textsOf(input(selection, "resources"));
  if (arns === UNKNOWN) return UNKNOWN;
  const ends = [
    `${kind}*`,
    ...[resource.id, input(resource, "identifier")].map((id) => kind + String(id)),
  ];
  return arns.some((arn) => arn === "*" || ends.some((end) => arn.endsWith(`:${end}`)));
}

function isOn(tag: unknown, resource: Resource): boolean {
  const { key, value } = tag as { key: string; value: string };
  return input(resource, "tags") !== UNKNOWN && input(resource, `tags.${key}`) === value;
}
