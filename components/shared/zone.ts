import type * as pulumi from "@pulumi/pulumi";
import { getZoneOutput } from "@pulumi/aws/route53/getZone.js";
import type { Whole } from "./whole.ts";

/** A public zone: both, so that a wrong one is noticed. */
export interface ZoneArgs {
  /** @example "Z0123456789ABCDEFGHIJ" */
  readonly id: string;
  /** @example "acme.example" */
  readonly name: string;
}

/** Id of the zone, once it was seen that it is the one that is meant, and that the world can ask it. */
export function verifyZone(
  { parent }: Pick<Whole, "parent">,
  { id, name }: ZoneArgs,
): pulumi.Output<string> {
  return getZoneOutput({ zoneId: id }, { parent }).apply((zone) => {
    const found = zone.name.replace(/\.$/, "");
    if (found !== name) {
      throw new Error(
        `Zone ${id} is "${found}", not "${name}". No record in it was changed. Correct \`zone.id\` or \`zone.name\`.`,
      );
    }
    if (zone.privateZone === true) {
      throw new Error(
        `Zone ${id} ("${name}") is private: browsers would not find what is served, and no certificate could be validated. ` +
          "No record in it was changed. Give `zone.id` of the public zone of that name.",
      );
    }
    return id;
  });
}
