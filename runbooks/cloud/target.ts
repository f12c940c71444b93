import { failure } from "../../automation/errors.ts";
import type { Facts, StepContext } from "../../automation/step.ts";
import type { Bundle } from "../application/application.ts";

/** The encrypted group, as the stack's outputs describe it. */
export interface Target {
  readonly groupId: string;
  /** The service's own name of the primary: what its certificate is for. */
  readonly primaryHost: string;
  readonly port: number;
  readonly secretArn: string;
  /** What the application must be given to connect. */
  readonly bundle: Bundle;
}

interface TargetOutputs {
  readonly groupId: string;
  readonly primary: string;
  readonly port: number;
  readonly secretArn: string;
  readonly connection: {
    readonly environment: Record<string, string>;
    readonly secrets: readonly { name: string; valueFrom: string }[];
  };
}

/** The target that the run has built. Rejects before it has. */
export function targetOf(ctx: Pick<StepContext, "results">): Target {
  const outputs = Object.values(ctx.results)
    .map((result) => result["outputs"] as (Facts & Partial<TargetOutputs>) | undefined)
    .findLast((candidate) => candidate?.primary !== undefined) as TargetOutputs | undefined;
  if (!outputs) throw noTarget();
  const { groupId, primary, port, secretArn, connection } = outputs;
  const secrets = connection.secrets.map(({ name, valueFrom }) => [name, valueFrom]);
  return {
    groupId,
    primaryHost: primary,
    port,
    secretArn,
    bundle: {
      environment: connection.environment,
      secrets: Object.fromEntries(secrets) as Record<string, string>,
    },
  };
}

function noTarget() {
  return failure(
    "no-target",
    "The run has not built a replication group yet, or has taken it down again.",
    "The source is untouched.",
    "Resume the run until its `restore` step has succeeded.",
  );
}
