import * as pulumi from "@pulumi/pulumi";
import { Zone } from "@pulumi/aws/route53/zone.js";
import { verifyZone } from "../../shared/zone.ts";
import type { HipaaWhole } from "../whole.ts";

/** The public zone that the users' name is in: an existing one, or a new one. */
export interface ZoneChoice {
  /** @example "acme.example" */
  readonly name: string;
  /** @example "Z0123456789ABCDEFGHIJ" */
  readonly id?: string | undefined;
  readonly create?: true | undefined;
}

export interface ResolvedZone {
  readonly zoneId: pulumi.Output<string>;
  /**
   * Of a new zone: what the domain's registrar, or the zone above, must be told; before that nobody asks it. None of an
   * existing one.
   */
  readonly nameServers: pulumi.Output<string[]>;
}

/** The zone, created or seen to be the one that is meant. */
export function resolveZone(whole: HipaaWhole, { name, id, create }: ZoneChoice): ResolvedZone {
  if (create === undefined) {
    return { zoneId: verifyZone(whole, { id: id!, name }), nameServers: pulumi.output([]) };
  }
  const { parent, app, tags, protect } = whole;
  const zone = new Zone(
    `${whole.name}-zone`,
    { name, comment: `Names of ${app}`, tags },
    { parent, protect },
  );
  return { zoneId: zone.zoneId, nameServers: zone.nameServers };
}
