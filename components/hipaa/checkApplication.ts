import { DOMAIN_NAME, isInZone, regionOf } from "../shared/names.ts";
import type { HipaaApplicationArgs } from "./applicationArgs.ts";
import { hipaaDefaults } from "./defaults.ts";
import { CERTIFICATE_ARN } from "./names.ts";

/**
 * Refuses, before anything is declared, what the services would refuse half-way.
 *
 * @throws Error with everything that is wrong, a line each
 */
export function checkApplication(args: HipaaApplicationArgs): void {
  const wrong = [...certificate(args), ...domain(args), ...sizes(args)];
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

function* certificate({ certificate, domain, region }: HipaaApplicationArgs): Iterable<string> {
  const given = (["create", "existing", "import"] as const).filter(
    (way) => certificate[way] !== undefined,
  );
  if (given.length !== 1) {
    yield `\`certificate\` must be one of \`create\`, \`existing\` and \`import\`, but is ${given.join(" and ") || "none"}.`;
  }
  const { existing, create } = certificate;
  if (existing !== undefined && !CERTIFICATE_ARN.test(existing)) {
    yield `\`certificate.existing\` must be a certificate's ARN, but is "${existing}".`;
  } else if (existing !== undefined && regionOf(existing) !== region) {
    yield `\`certificate.existing\` must be in ${region}, where the balancer is, but is in ${regionOf(existing)}; request it there, or take \`create\`.`;
  }
  if (create !== undefined && domain === undefined) {
    yield "`domain` must be provided: the certificate that is created is for its name.";
  }
}

function* domain({ domain }: HipaaApplicationArgs): Iterable<string> {
  if (domain === undefined) return;
  if (!DOMAIN_NAME.test(domain.name)) {
    yield `\`domain.name\` must be a full domain name in small letters, at most 64, but is "${domain.name}".`;
  }
  if ((domain.zone.id === undefined) === (domain.zone.create === undefined)) {
    yield "`domain.zone` must have either `id`, of an existing zone, or `create`.";
  }
  if (!isInZone(domain.name, domain.zone.name)) {
    yield `\`domain.name\` must be in the zone "${domain.zone.name}", but is "${domain.name}".`;
  }
}

function* sizes({ compute = {} }: HipaaApplicationArgs): Iterable<string> {
  const { minimum = hipaaDefaults.minimum, maximum = hipaaDefaults.maximum } = compute;
  const { desired = minimum } = compute;
  if (minimum < 2) {
    yield `\`compute.minimum\` must be 2 or more, but is ${minimum}: one zone may fail.`;
  }
  if (minimum > desired || desired > maximum) {
    yield `\`compute.minimum\`, \`desired\` and \`maximum\` must not fall, but are ${minimum}, ${desired} and ${maximum}.`;
  }
}
