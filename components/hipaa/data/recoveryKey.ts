import { Key } from "@pulumi/aws/kms/key.js";
import { recoveryDays } from "../keys/key.ts";
import { recoveryRegionOf } from "../residency.ts";
import type { HipaaWhole } from "../whole.ts";

/** A key in the other Canadian region, under which what is kept there is encrypted. */
export function createRecoveryKey(
  { name, parent, app, region, tags, protect }: HipaaWhole,
  id: string,
  what: string,
): Key {
  return new Key(
    `${name}-${id}`,
    {
      description: `${app}: ${what}, replicated from ${region}`,
      enableKeyRotation: true,
      deletionWindowInDays: recoveryDays(protect),
      region: recoveryRegionOf(region),
      tags,
    },
    { parent, protect },
  );
}
