import type { Problem } from "../config/problems.ts";
import { EDGE_REGION, isInZone, regionOf } from "../shared/names.ts";
import { apiDomainOf, databaseFacts } from "./names.ts";
import type { WebSettings } from "./settings.ts";

type Draft<T> = T extends object ? { [K in keyof T]?: Draft<T[K]> } : T;

/** Settings of a web application that are right one by one but not together. */
export function* webContradictions(
  { web }: { readonly web?: Draft<WebSettings> },
  region: string | undefined,
): Iterable<Problem> {
  if (typeof web !== "object") return;
  if (region === undefined) {
    yield {
      key: "aws:region",
      wrong: "is missing: machine and buckets are made there, and the application is told of it",
      example: EDGE_REGION,
    };
  }
  yield* outsideZone(web);
  yield* topics(web, region);
  yield* databases(web);
}

function* outsideZone(web: Draft<WebSettings>): Iterable<Problem> {
  const { domain, zone, mail } = web;
  if (typeof domain !== "string" || typeof zone?.name !== "string") return;
  const apiDomain = apiDomainOf({ domain, apiDomain: web.apiDomain });
  const names = { domain, apiDomain, "mail.from": mail?.from?.split("@")[1] };
  for (const [key, name] of Object.entries(names)) {
    if (name === undefined || isInZone(name, zone.name)) continue;
    yield {
      key: `godwit:web.${key}`,
      wrong: `is not in the zone ${zone.name}, where its records are made; correct it, or godwit:web.zone`,
      example: key === "mail.from" ? `support@${zone.name}` : `tickets.${zone.name}`,
    };
  }
  if (apiDomain === domain) {
    yield {
      key: "godwit:web.apiDomain",
      wrong: "is the name that leads to the CDN, which needs another one to ask the machine by",
      example: `api.${domain}`,
    };
  }
}

/** An alarm tells a topic of its own region only. */
function* topics({ alarms }: Draft<WebSettings>, region = EDGE_REGION): Iterable<Problem> {
  if (!Array.isArray(alarms?.topicArns)) return;
  const given = alarms.topicArns.map((arn) => regionOf(String(arn)));
  for (const needed of new Set([EDGE_REGION, region])) {
    if (given.includes(needed)) continue;
    yield {
      key: "godwit:web.alarms.topicArns",
      wrong: `names no topic in ${needed}, since an alarm tells only topics of its own region: those of the CDN and of the health check are in ${EDGE_REGION}, those of the machine in the stack's`,
      example: `[arn:aws:sns:${needed}:123456789012:ops]`,
    };
  }
}

function* databases({ database, network }: Draft<WebSettings>): Iterable<Problem> {
  const facts = database?.engine && databaseFacts[database.engine];
  if (!facts) return;
  const { engine, engineVersion } = database;
  const versions: readonly string[] = facts.versions;
  if (engineVersion !== undefined && !versions.includes(engineVersion)) {
    yield {
      key: "godwit:web.database.engineVersion",
      wrong: `must be one of ${versions.join(", ")} for ${engine}, but is ${engineVersion}`,
      example: facts.version,
    };
  }
  const subnetIds = network?.existing?.subnetIds;
  if (Array.isArray(subnetIds) && new Set(subnetIds).size < 2) {
    yield {
      key: "godwit:web.network.existing.subnetIds",
      wrong: "must name two subnets in two zones, since RDS takes a database in no fewer",
      example: "[subnet-0a1b2c3d4e5f60718, subnet-0b2c3d4e5f6071829]",
    };
  }
}
