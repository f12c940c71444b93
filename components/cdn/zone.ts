import type * as pulumi from "@pulumi/pulumi";
import { getZoneOutput } from "@pulumi/aws/route53/getZone.js";
import type { ZoneArgs } from "./args.ts";
import type { CdnWhole } from "./whole.ts";

/** Id of the zone, once it was seen that it is the one that is meant, and that the world can ask it. */
export function verifyZone(
  { parent }: Pick<CdnWhole, "parent">,
  { id, name }: ZoneArgs,
): pulumi.Output<string> {
  return getZoneOutput({ zoneId: id }, { parent }).apply((zone) => {
    const found = zone.name.replace(/\.$/, "");
    if (found !== name) {
      throw new Error(
        `Zone ${id} is "${found}", not "${name}". Nothing was changed. Correct \`zone.id\` or \`zone.name\`.`,
      );
    }
    if (zone.privateZone === true) {
      throw new Error(
        `Zone ${id} ("${name}") is private: browsers would not find the CDN, and no certificate could be validated. ` +
          "Nothing was changed. Give `zone.id` of the public zone of that name.",
      );
    }
    return id;
  });
}
