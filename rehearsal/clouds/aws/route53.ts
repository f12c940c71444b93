import type { DnsRecord, Part, Properties, ResourceKind, World } from "../world.ts";
import { AwsError } from "../world.ts";
import { given, number, text, texts } from "../properties.ts";

const SERVED: readonly string[] = ["A", "CNAME", "TXT"];

export interface Zone {
  readonly id: string;
  readonly name: string;
}

/** Route 53 zones whose records the twin's name server answers from the next query on. */
export function createRoute53(world: World, zones: readonly Zone[]): Part {
  return { kinds: [recordKind(world, zones)], functions: zoneFunctions(zones) };
}

function recordKind({ names }: World, zones: readonly Zone[]): ResourceKind {
  const put = (inputs: Properties) => {
    const record = recordOf(inputs, zones);
    names.set(record);
    return { ...given(inputs), fqdn: record.name, records: record.values, ttl: record.ttl };
  };
  return {
    type: "aws:route53/record:Record",
    replaceOn: ["name", "type", "zoneId", "setIdentifier"],
    actions: {
      create: "route53:ChangeResourceRecordSets",
      update: "route53:ChangeResourceRecordSets",
      delete: "route53:ChangeResourceRecordSets",
    },
    async create(inputs) {
      const record = recordOf(inputs, zones);
      if (names.find(record.name, record.type) && inputs["allowOverwrite"] !== true) {
        throw new AwsError(
          "InvalidChangeBatch",
          `[Tried to create resource record set [name='${record.name}.', type='${record.type}'] but it already exists]`,
        );
      }
      return { id: idOf(inputs), outputs: put(inputs) };
    },
    update: async (_id, inputs) => put(inputs),
    async read(id, state) {
      const [zoneId = "", name = "", type = ""] = id.split("_");
      const record = names.find(name, type as DnsRecord["type"]);
      if (!record) return undefined;
      const inputs = { zoneId, name, type, ttl: record.ttl, records: record.values };
      return { id, inputs, outputs: { ...state, ...inputs, fqdn: record.name } };
    },
    async delete(_id, state) {
      const { name, type } = recordOf(state, zones);
      names.remove(name, type);
    },
  };
}

const idOf = (inputs: Properties) =>
  [text(inputs, "zoneId"), text(inputs, "name"), text(inputs, "type")].join("_");

function recordOf(inputs: Properties, zones: readonly Zone[]): DnsRecord {
  const zoneId = text(inputs, "zoneId");
  const zone = zones.find(({ id }) => id === zoneId);
  if (!zone) throw new AwsError("NoSuchHostedZone", `No hosted zone found with ID: ${zoneId}`, 404);
  const type = text(inputs, "type") ?? "";
  if (!SERVED.includes(type)) {
    throw new AwsError(
      "InvalidInput",
      `Record type ${type} is not served here; A, CNAME, TXT are.`,
    );
  }
  const name = text(inputs, "name") ?? "";
  const fqdn = name.endsWith(zone.name) ? name : `${name}.${zone.name}`;
  const values = texts(inputs, "records");
  return { name: fqdn, type: type as DnsRecord["type"], ttl: number(inputs, "ttl") ?? 300, values };
}

function zoneFunctions(zones: readonly Zone[]): Part["functions"] {
  return {
    "aws:route53/getZone:getZone": async (args) => {
      const wanted = text(args, "zoneId") ?? text(args, "name")?.replace(/\.$/, "");
      const zone = zones.find(({ id, name }) => wanted === id || wanted === name);
      if (!zone) throw new AwsError("NoSuchHostedZone", `No hosted zone found for ${wanted}`, 404);
      return { ...zone, zoneId: zone.id, privateZone: true };
    },
  };
}
