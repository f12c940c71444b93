import type { Attestation } from "./attestation.ts";
import { holds } from "./attestation.ts";

/** How many days somebody's word for an agreement holds. */
export const AGREEMENT_DAYS = 3 * 366;

/** Whose machines the data of each target is on, with those that it comes from. */
const providers: Readonly<Record<string, readonly string[]>> = {
  redis: ["AWS"],
  cdn: ["AWS"],
  web: ["AWS"],
  hipaa: ["AWS"],
  // What moves there moves away from AWS, which has the data as well until the end.
  hetzner: ["AWS", "Hetzner", "Cloudflare"],
};

/** Whose word is looked for, and when. */
export interface AgreementQuestion {
  readonly target: string;
  readonly attestations: readonly Attestation[];
  /** ISO date. */
  readonly today: string;
}

/** The target's providers with whom nobody attests a business associate agreement that holds today. */
export function withoutAgreement({ target, attestations, today }: AgreementQuestion): string[] {
  const agreed = attestations
    .filter((said) => said.item === "baa" && holds(said, AGREEMENT_DAYS, today))
    .map(({ of }) => of);
  return (providers[target] ?? []).filter((provider) => !agreed.includes(provider));
}
