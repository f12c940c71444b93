import type { Problem } from "../config/problems.ts";
import { EDGE_REGION, isInZone, regionOf } from "../shared/names.ts";
import type { CdnSettings } from "./settings.ts";

type Draft<T> = T extends object ? { [K in keyof T]?: Draft<T[K]> } : T;

/** Settings of a CDN that are right one by one but not together. */
export function* cdnContradictions(
  { cdn }: { readonly cdn?: Draft<CdnSettings> },
  region: string | undefined,
): Iterable<Problem> {
  if (typeof cdn !== "object") return;
  if (region === undefined) {
    yield {
      key: "aws:region",
      wrong: "is missing: the buckets are made there, and the application is told of it",
      example: EDGE_REGION,
    };
  }
  yield* outsideZone(cdn);
  yield* topics(cdn, region);
}

function* outsideZone({ domain, zone }: Draft<CdnSettings>): Iterable<Problem> {
  if (typeof domain !== "string" || typeof zone?.name !== "string") return;
  if (isInZone(domain, zone.name)) return;
  yield {
    key: "godwit:cdn.domain",
    wrong: `is not in the zone ${zone.name}, where the record that leads to the CDN is made; correct it, or godwit:cdn.zone`,
    example: `cdn.${zone.name}`,
  };
}

/** An alarm tells a topic of its own region only. */
function* topics({ alarms }: Draft<CdnSettings>, region: string | undefined): Iterable<Problem> {
  if (!Array.isArray(alarms?.topicArns)) return;
  const given = alarms.topicArns.map((arn) => regionOf(String(arn)));
  for (const needed of new Set([EDGE_REGION, region ?? EDGE_REGION])) {
    if (given.includes(needed)) continue;
    yield {
      key: "godwit:cdn.alarms.topicArns",
      wrong: `names no topic in ${needed}, since an alarm tells only topics of its own region: those of the CDN are in ${EDGE_REGION}, those of uploads in the stack's`,
      example: `[arn:aws:sns:${needed}:123456789012:ops]`,
    };
  }
}
