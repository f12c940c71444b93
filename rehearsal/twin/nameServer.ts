import dns2, { type Answer, type Packet, type Question } from "dns2";
import type { DnsRecord, NameServer } from "../clouds/world.ts";

const { TYPE, CLASS } = dns2.Packet;
const TYPES: Readonly<Record<DnsRecord["type"], number>> = {
  A: TYPE.A,
  CNAME: TYPE.CNAME,
  TXT: TYPE.TXT,
};
const NAME_ERROR = 3;
const LONGEST_CHAIN = 8;

/**
 * Answers A, CNAME and TXT over UDP and TCP from the records set; follows CNAMEs as a resolver does, and begins with
 * another address each time.
 */
export async function startNameServer(
  host: string,
  port: number,
): Promise<NameServer & { close(): Promise<void> }> {
  const records = new Map<string, DnsRecord>();
  const find = (name: string, type: DnsRecord["type"]) => records.get(keyOf(name, type));

  let turn = 0;
  const server = dns2.createServer({
    udp: true,
    tcp: true,
    handle: (request, send) => send(answer(request, find, turn++)),
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    const at = { port, address: host };
    server.listen({ udp: at, tcp: at }).then(resolve, reject);
  });
  // A client that goes away in the middle of a query is no reason to stop.
  server.on("error", () => {});

  return {
    address: `${host}:${port}`,
    set: (record) => void records.set(keyOf(record.name, record.type), record),
    remove: (name, type) => void records.delete(keyOf(name, type)),
    find,
    resolve: (name) => chain(name, find).findLast((record) => record.type === "A")?.values[0],
    close: () => server.close(),
  };
}

type Find = NameServer["find"];

const keyOf = (name: string, type: string) => `${type} ${name.toLowerCase().replace(/\.$/, "")}`;

/** The records from `name` along its CNAMEs to the address. */
function chain(name: string, find: Find): DnsRecord[] {
  const found: DnsRecord[] = [];
  let at: string | undefined = name;
  while (at !== undefined && found.length < LONGEST_CHAIN) {
    const record: DnsRecord | undefined = find(at, "A") ?? find(at, "CNAME");
    if (record) found.push(record);
    at = record?.type === "CNAME" ? record.values[0] : undefined;
  }
  return found;
}

function answer(request: Packet, find: Find, turn: number): Packet {
  const { id, rd } = request.header;
  const response = new dns2.Packet({ id, rd, qr: 1, aa: 1, ra: 1 });
  response.questions = request.questions;
  for (const question of request.questions) {
    const records = recordsFor(question, find);
    response.answers.push(...records.flatMap((record) => toAnswers(record, turn)));
    if (!records.length && !isKnown(question.name, find)) response.header.rcode = NAME_ERROR;
  }
  return response;
}

function recordsFor({ name, type }: Question, find: Find): DnsRecord[] {
  if (type === TYPE.A) return chain(name, find);
  const record = find(name, type === TYPE.TXT ? "TXT" : "CNAME");
  const asked = type === TYPE.TXT || type === TYPE.CNAME;
  return asked && record ? [record] : [];
}

function isKnown(name: string, find: Find): boolean {
  return (["A", "CNAME", "TXT"] as const).some((type) => find(name, type));
}

function toAnswers({ name, type, ttl, values }: DnsRecord, turn: number): Answer[] {
  const rotated = values.map((_, index) => values[(index + turn) % values.length]!);
  return rotated.map((value) => ({
    name: name.replace(/\.$/, ""),
    type: TYPES[type],
    class: CLASS.IN,
    ttl,
    ...(type === "A"
      ? { address: value }
      : type === "CNAME"
        ? { domain: value }
        : { data: [value] }),
  }));
}
