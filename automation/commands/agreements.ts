import { ATTESTATIONS, readAttestations } from "../attestations.ts";
import { refusal } from "../errors.ts";
import type { App } from "./context.ts";
import { today } from "./judge.ts";

/** Providers of a target with whom the project has no business associate agreement that holds today. */
export async function missingAgreements(
  app: App,
  target: string,
  workDir: string,
): Promise<readonly string[]> {
  const pack = await app.policy();
  const attestations = readAttestations(workDir, pack.attestable);
  return pack.withoutAgreement({ target, attestations, today: today() });
}

/** Refuses to begin with health data where an agreement is missing. */
export function refuseWithoutAgreements(stack: string, missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw refusal(
    "no-baa",
    `Stack ${stack} holds health data (godwit:dataClass is phi), and nobody attests a business associate agreement with ${missing.join(", ")}.`,
    `When it is signed, say so in ${ATTESTATIONS}, for each of them: - { item: baa, of: ${missing[0]}, owner: your-name, date: the-day, proof: where-it-is }.`,
  );
}
