import { text } from "../properties.ts";
import { AwsError, type Part, type Properties, type World } from "../world.ts";
import { keptKind, type Kept } from "./keptKind.ts";
import type { Zone } from "./route53.ts";

const RECORD_TYPES: readonly string[] = ["A", "AAAA", "CNAME", "MX", "TXT"];

export interface PublicZones extends Part {
  /** Whether there is such a record; a dot at the name's end says nothing. */
  has(name: string, type: string): boolean;
}

/** Route 53 zones that the world asks; the records are kept, and nobody answers for them. */
export function createPublicZones({ account }: World, zones: readonly Zone[]): PublicZones {
  const records = recordKind(zones);
  return {
    kinds: [records.kind],
    functions: {
      "aws:route53/getZone:getZone": async (args) => {
        const zone = zoneOf(zones, text(args, "zoneId"));
        const { id, name } = zone;
        const arn = `arn:aws:route53:::hostedzone/${id}`;
        return { id, arn, name, zoneId: id, privateZone: false, region: account.region };
      },
    },
    has: (name, type) =>
      [...records.resources.keys()].some((id) => id.endsWith(`_${bare(name)}_${type}`)),
  };
}

function recordKind(zones: readonly Zone[]): Kept {
  const idOf = (inputs: Properties) => {
    const zone = zoneOf(zones, text(inputs, "zoneId"));
    const name = bare(text(inputs, "name") ?? "");
    const type = text(inputs, "type") ?? "";
    if (!RECORD_TYPES.includes(type)) {
      throw new AwsError("InvalidInput", `Record type ${type} is not kept here.`);
    }
    if (name !== zone.name && !name.endsWith(`.${zone.name}`)) {
      const message = `[RRSet with DNS name ${name}. is not permitted in zone ${zone.name}.]`;
      throw new AwsError("InvalidChangeBatch", message);
    }
    return { id: `${zone.id}_${name}_${type}`, name };
  };
  const kept: Kept = keptKind({
    type: "aws:route53/record:Record",
    replaceOn: ["name", "type", "zoneId", "setIdentifier"],
    actions: {
      create: "route53:ChangeResourceRecordSets",
      update: "route53:ChangeResourceRecordSets",
      delete: "route53:ChangeResourceRecordSets",
    },
    make(inputs) {
      const { id, name } = idOf(inputs);
      if (kept.resources.has(id) && inputs["allowOverwrite"] !== true) {
        const message = `[Tried to create resource record set [name='${name}.', type='${text(inputs, "type")}'] but it already exists]`;
        throw new AwsError("InvalidChangeBatch", message);
      }
      return { id, outputs: { fqdn: name } };
    },
  });
  return kept;
}

function zoneOf(zones: readonly Zone[], id: string | undefined): Zone {
  const zone = zones.find((each) => each.id === id);
  if (zone) return zone;
  throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${id}`, 404);
}

const bare = (name: string) => name.replace(/\.$/, "");
