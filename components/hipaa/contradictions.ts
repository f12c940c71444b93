import type { Problem } from "../config/problems.ts";
import { isInZone, regionOf } from "../shared/names.ts";
import { hipaaDefaults } from "./defaults.ts";
import { networkProblem } from "./network/cidr.ts";
import { zonesProblem } from "./network/check.ts";
import { canadianRegions, usualZonesOf } from "./residency.ts";
import type { HipaaSettings } from "./settings.ts";

type Draft<T> = T extends object ? { [K in keyof T]?: Draft<T[K]> } : T;

interface HipaaDraft {
  readonly hipaa?: Draft<HipaaSettings>;
  readonly production?: boolean;
  readonly dataClass?: string;
}

/** Settings of the target that are right one by one but not together. */
export function* hipaaContradictions(
  { hipaa, production, dataClass }: HipaaDraft,
  region: string | undefined,
): Iterable<Problem> {
  if (typeof hipaa !== "object") return;
  yield* residency(region);
  if (dataClass !== undefined && dataClass !== "phi") {
    yield {
      key: "godwit:dataClass",
      wrong: `is ${dataClass}, but the target hipaa is for health data`,
      example: "phi",
    };
  }
  if (production === true && hipaa.deletionProtection === false) {
    yield {
      key: "godwit:hipaa.deletionProtection",
      wrong: "is off in production: one command would delete balancer and database",
      example: "true",
    };
  }
  yield* network(hipaa, region);
  yield* names(hipaa, region);
  yield* sizes(hipaa);
}

function* residency(region: string | undefined): Iterable<Problem> {
  if (region !== undefined && canadianRegions.includes(region)) return;
  yield {
    key: "aws:region",
    wrong:
      region === undefined
        ? "is missing: health data stays in Canada"
        : `is ${region}, but health data stays in Canada: ${canadianRegions.join(" or ")}`,
    example: canadianRegions[0]!,
  };
}

function* network({ network }: Draft<HipaaSettings>, region = ""): Iterable<Problem> {
  const create = network?.create;
  if (typeof create !== "object") return;
  const problem = networkProblem(
    create.cidr ?? hipaaDefaults.cidr,
    (create.peers ?? []).map(String),
  );
  if (problem !== undefined) {
    yield { key: "godwit:hipaa.network.create.cidr", wrong: problem, example: "10.0.0.0/16" };
  }
  const wrong = Array.isArray(create.zones) && zonesProblem(create.zones.map(String), region);
  if (typeof wrong === "string") {
    yield {
      key: "godwit:hipaa.network.create.zones",
      wrong,
      example: `[${usualZonesOf(region).join(", ")}]`,
    };
  }
}

function* names(
  { certificate, domain }: Draft<HipaaSettings>,
  region: string | undefined,
): Iterable<Problem> {
  if (certificate?.create !== undefined && domain === undefined) {
    yield {
      key: "godwit:hipaa.domain",
      wrong: "is missing: the certificate that is created is for its name",
      example:
        "{ name: app.acme.example, zone: { id: Z0123456789ABCDEFGHIJ, name: acme.example } }",
    };
  }
  const { existing } = certificate ?? {};
  if (
    typeof existing === "string" &&
    existing.startsWith("arn:") &&
    regionOf(existing) !== region
  ) {
    yield {
      key: "godwit:hipaa.certificate.existing",
      wrong: `is in ${regionOf(existing)}, but a balancer takes a certificate of its own region only`,
      example: `arn:aws:acm:${region ?? canadianRegions[0]}:123456789012:certificate/00000000-0000-0000-0000-000000000000`,
    };
  }
  const zone = domain?.zone?.name;
  if (typeof domain?.name === "string" && zone !== undefined && !isInZone(domain.name, zone)) {
    yield {
      key: "godwit:hipaa.domain.name",
      wrong: `is not in the zone ${zone}, where its record is made; correct it, or godwit:hipaa.domain.zone`,
      example: `app.${zone}`,
    };
  }
}

function* sizes({ compute = {} }: Draft<HipaaSettings>): Iterable<Problem> {
  const { minimum = hipaaDefaults.minimum, maximum = hipaaDefaults.maximum } = compute;
  const { desired = minimum } = compute;
  if (minimum <= desired && desired <= maximum) return;
  yield {
    key: "godwit:hipaa.compute",
    wrong: `has a minimum, desired and maximum of ${minimum}, ${desired} and ${maximum}; they must not fall`,
    example: "{ minimum: 2, desired: 2, maximum: 6 }",
  };
}
