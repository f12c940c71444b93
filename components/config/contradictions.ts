import type { Problem } from "./problems.ts";
import { relayContradictions } from "./relayContradictions.ts";
import type { SettingsOf } from "./schema.ts";
import { beginsEmpty, isBefore } from "./stages.ts";

export type Draft<T> = T extends object ? { [K in keyof T]?: Draft<T[K]> } : T;

/** Settings that are right one by one but not together. Works on settings that have other faults, so that all are told at once. */
export function contradictions(settings: Draft<SettingsOf<"redis">>): Problem[] {
  if (typeof settings.redis !== "object") return [];
  return [
    ...seedAndSnapshot(settings),
    ...sourceAndStage(settings),
    ...relayContradictions(settings),
    ...network(settings),
  ];
}

function* seedAndSnapshot({
  stage,
  mode,
  snapshot,
  redis,
}: Draft<SettingsOf<"redis">>): Iterable<Problem> {
  if (beginsEmpty(mode) && snapshot !== undefined) {
    yield {
      key: "godwit:snapshot",
      wrong: `is set, but godwit:mode is ${mode}; a group that is filled while the source lives is not restored from a snapshot`,
      example: "mode: offline",
    };
    return;
  }
  if (redis?.seed === "empty" && snapshot !== undefined) {
    yield {
      key: "godwit:snapshot",
      wrong:
        "is set, but godwit:redis.seed is empty; an empty group is not restored from a snapshot",
      example: "seed: snapshot",
    };
  }
  if (
    redis?.seed === "snapshot" &&
    !beginsEmpty(mode) &&
    snapshot === undefined &&
    (stage === "cutover" || stage === "settled")
  ) {
    yield {
      key: "godwit:snapshot",
      wrong: `is missing: in stage ${stage} the encrypted group serves, and it is restored from this snapshot; a run writes it`,
      example: "acme-redis-production-20260301-0130",
    };
  }
}

function* sourceAndStage(settings: Draft<SettingsOf<"redis">>): Iterable<Problem> {
  const { stage, snapshot, finalSnapshot, redis } = settings;
  if (redis?.source === undefined && stage !== undefined && isBefore(stage, "settled")) {
    yield {
      key: "godwit:redis.source",
      wrong: `is missing: in stage ${stage} there is a source beside the encrypted group`,
      example: "{ clusterId: acme-redis-production }",
    };
  }
  if (finalSnapshot !== undefined && stage !== undefined && isBefore(stage, "cutover")) {
    yield {
      key: "godwit:finalSnapshot",
      wrong: `is set in stage ${stage}, but the source still serves; it is retired from stage cutover on`,
      example: "stage: cutover",
    };
  }
  if (stage === "settled" && redis?.source !== undefined && finalSnapshot === undefined) {
    yield {
      key: "godwit:finalSnapshot",
      wrong:
        "is missing: stage settled deletes the source, and only with a last snapshot of it; a run sets it in stage cutover first",
      example: "acme-redis-production-final-20260303-0130",
    };
  }
  if (finalSnapshot !== undefined && finalSnapshot === snapshot) {
    yield {
      key: "godwit:finalSnapshot",
      wrong:
        "is the snapshot that the group was restored from; the last one needs a name of its own",
      example: "acme-redis-production-final-20260303-0130",
    };
  }
}

function* network({ redis }: Draft<SettingsOf<"redis">>): Iterable<Problem> {
  if (redis?.network?.securityGroup?.create !== undefined && redis.network.vpcId === undefined) {
    yield {
      key: "godwit:redis.network.vpcId",
      wrong: "is missing: the security group is created in it",
      example: "vpc-0a1b2c3d4e5f60718",
    };
  }
}
