import { keyOf } from "./problems.ts";
import type { Problem } from "./problems.ts";
import { settingsSchemas, targets } from "./schema.ts";
import type { Target } from "./schema.ts";

/** Settings that another target has and this one does not. */
export function foreignSettings(
  settings: Readonly<Record<string, unknown>>,
  target: Target,
): Problem[] {
  return Object.keys(settings).flatMap((name) => {
    const owners = targets.filter((each) => name in settingsSchemas[each].shape);
    if (owners.length === 0 || owners.includes(target)) return [];
    return {
      key: keyOf([name]),
      wrong: `belongs to target ${owners.join(" and ")}, but godwit:target is ${target}; remove it, or correct the target`,
    };
  });
}
