import type { Draft } from "./contradictions.ts";
import type { Problem } from "./problems.ts";
import type { SettingsOf } from "./schema.ts";
import { isBefore } from "./stages.ts";

/** Settings of a move behind relays, and of what follows it, that are right one by one but not together. */
export function* relayContradictions(settings: Draft<SettingsOf<"redis">>): Iterable<Problem> {
  const { stage, mode } = settings;
  if ((stage === "relay" || stage === "fence") && mode !== "relay") {
    yield {
      key: "godwit:stage",
      wrong: `is ${stage}, but godwit:mode is ${mode ?? "not relay"}; only a move behind relays has this stage`,
      example: "prepare",
    };
  }
  if (mode === "relay" && stage !== "settled") yield* missing(settings);
  yield* rotation(settings);
}

/** What a move behind relays needs for as long as they stand. */
function* missing(settings: Draft<SettingsOf<"redis">>): Iterable<Problem> {
  const { stage } = settings;
  if (settings.relay === undefined) {
    yield {
      key: "godwit:relay",
      wrong: "is missing: in mode relay clients reach either server by relays",
      example:
        "{ subnetIds: [subnet-0a1b2c3d4e5f60718, subnet-0b2c3d4e5f6071829], allowFrom: [sg-0a1b2c3d4e5f60718], package: s3://acme-artifacts/godwit-0.1.0.tgz }",
    };
  }
  if (settings.mover === undefined) {
    yield {
      key: "godwit:mover",
      wrong: "is missing: in mode relay the mover leads the switch",
      example:
        "{ subnetId: subnet-0a1b2c3d4e5f60718, package: s3://acme-artifacts/godwit-0.1.0.tgz }",
    };
  }
  if (settings.relayUntil === undefined) {
    yield {
      key: "godwit:relayUntil",
      wrong: "is missing: relays are never without an end; a run writes it together with the mode",
      example: "2026-03-08T12:00:00Z",
    };
  }
  if (settings.sourceSecurityGroups === undefined && (stage === "fence" || stage === "cutover")) {
    yield {
      key: "godwit:sourceSecurityGroups",
      wrong: `is missing: in stage ${stage} the source is fenced, and only this list says what to go back to; a run writes it before`,
      example: "[sg-0a1b2c3d4e5f60718]",
    };
  }
}

function* rotation({ stage, tokenRotation }: Draft<SettingsOf<"redis">>): Iterable<Problem> {
  if (tokenRotation === undefined || tokenRotation === "none") return;
  if (stage === undefined || !isBefore(stage, "settled")) return;
  yield {
    key: "godwit:tokenRotation",
    wrong: `is set to ${tokenRotation} in stage ${stage}, but what moves the data knows the first token only, and is there until stage settled`,
    example: "none",
  };
}
