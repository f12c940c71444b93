import { failure } from "../../../automation/errors.ts";
import type { Facts, StepContext, WorkStep } from "../../../automation/step.ts";
import { stackUp } from "../stackUp.ts";
import { onlyRelays } from "./relays.ts";

/**
 * Lets only relays and mover connect to the source any more. A security group does not end connections that exist, so
 * the source's client list is asked before and after.
 */
export function fenceSource(): WorkStep {
  return stackUp({
    id: "fence-source",
    title: "Replace the source's security groups by one that admits relays and mover only",
    effect:
      "Nobody else can connect to the source. Clients on the relays notice nothing; one that bypasses them is refused, and named before.",
    expectedMs: 2 * 60_000,
    settings: (ctx) => ({
      "godwit:stage": "fence",
      "godwit:sourceSecurityGroups": JSON.stringify(securityGroupsFound(ctx)),
    }),
    check: (ctx) => onlyRelays(ctx, "source"),
    verify: async (ctx) => {
      await onlyRelays(ctx, "source");
      return { strangers: 0 };
    },
    undo: {
      title: "The source's security groups are again those that were found",
      settings: { "godwit:stage": "relay" },
    },
  });
}

/** What the source had before the run touched it: what the fence is taken down to. */
function securityGroupsFound({ results }: StepContext): readonly string[] {
  const outputs = results["prepare"]?.["outputs"] as { source?: Facts } | undefined;
  const groups = outputs?.source?.["securityGroupIds"] as readonly string[] | undefined;
  if (groups && groups.length > 0) return groups;
  throw failure(
    "no-security-groups",
    "The stack does not know the security groups that the source had at `prepare`, so a fence could not be taken down again.",
    "The source is as it was.",
    "Check `aws elasticache describe-cache-clusters`: a source without a security group cannot be fenced. Use `--mode live`.",
  );
}
