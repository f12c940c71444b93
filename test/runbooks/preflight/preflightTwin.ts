import { parse, stringify } from "yaml";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GodwitError } from "../../../automation/errors.ts";
import type { Target } from "../../../components/config.ts";
import { preflight } from "../../../runbooks/preflight/index.ts";
import { TargetTwin } from "../../support/targetTwin.ts";

/** The twin of a target for tests of what is looked at before its update. */
export class PreflightTwin extends TargetTwin {
  readonly #target: Target;
  /** What was noted by the last look. */
  notes: string[] = [];

  constructor(target: Target) {
    super(target);
    this.#target = target;
  }

  /** What `up` says with these of the stack's settings changed, objects member by member; nothing if it may begin. */
  async refusalWith(changes: Record<string, unknown> = {}): Promise<GodwitError | undefined> {
    const { environment, stack } = this.request;
    const file = join(environment.workDir, `Pulumi.${stack}.yaml`);
    const before = readFileSync(file, "utf8");
    const { config } = parse(before) as { config: Record<string, unknown> };
    const changed: readonly (readonly [string, unknown])[] = Object.entries(changes).map(
      ([key, value]) => [
        key,
        typeof value === "object" ? { ...(config[key] as object), ...value } : value,
      ],
    );
    writeFileSync(file, stringify({ config: { ...config, ...Object.fromEntries(changed) } }));
    this.notes = [];
    try {
      await preflight(this.#target, { ...this.request, note: (line) => this.notes.push(line) });
      return undefined;
    } catch (error) {
      return error as GodwitError;
    } finally {
      writeFileSync(file, before);
    }
  }
}
