import { randomBytes } from "node:crypto";
import { keptKind, type Kept } from "../aws/keptKind.ts";
import { text } from "../properties.ts";
import { AwsError, type Part, type Properties } from "../world.ts";

export interface CloudflareAccount {
  readonly id: string;
  readonly zone: { readonly id: string; readonly name: string };
}

const NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const TOKEN_BYTES = 30;
const ID_BYTES = 16;

/**
 * An account at Cloudflare with one zone: R2 buckets without objects, their settings, tokens, and records that nobody
 * answers for.
 */
export function createCloudflare(account: CloudflareAccount): Part {
  const buckets = bucketKind(account);
  const settings = ["Cors", "Lifecycle"].map((name) => settingKind(buckets, name));
  const domains = domainKind(account, buckets);
  const managed = keptKind({
    type: "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
    replaceOn: ["accountId", "bucketName", "jurisdiction"],
    make: (inputs) => ({
      id: existing(buckets, inputs),
      outputs: { bucketId: hex(), domain: `pub-${hex()}.r2.dev` },
    }),
  });
  const all = [buckets, ...settings, domains, managed, recordKind(account)];
  const kinds = all.map(({ kind }) => kind);
  return { kinds: [...kinds, { ...tokenKind(account).kind, secrets: ["value"] }] };
}

function bucketKind(account: CloudflareAccount): Kept {
  const kept: Kept = keptKind({
    type: "cloudflare:index/r2Bucket:R2Bucket",
    replaceOn: ["accountId", "name", "jurisdiction", "location"],
    make(inputs) {
      assertAccount(account, inputs);
      const name = text(inputs, "name") ?? "";
      if (!NAME.test(name)) throw new AwsError("10005", "The specified bucket name is not valid.");
      const id = bucketId(name, text(inputs, "jurisdiction"));
      if (kept.resources.has(id)) {
        throw new AwsError("10004", "The bucket you tried to create already exists.", 409);
      }
      return { id, outputs: { creationDate: new Date().toISOString(), location: "WEUR" } };
    },
  });
  return kept;
}

function bucketId(name: string, jurisdiction = "default"): string {
  return `${name}/${jurisdiction}`;
}

/** A bucket is known by its name within its jurisdiction only. */
function existing(buckets: Kept, inputs: Properties): string {
  const id = bucketId(text(inputs, "bucketName") ?? "", text(inputs, "jurisdiction"));
  if (buckets.resources.has(id)) return id;
  throw new AwsError("10006", "The specified bucket does not exist.", 404);
}

function settingKind(buckets: Kept, name: string): Kept {
  return keptKind({
    type: `cloudflare:index/r2Bucket${name}:R2Bucket${name}`,
    replaceOn: ["accountId", "bucketName", "jurisdiction"],
    make: (inputs) => ({ id: existing(buckets, inputs), outputs: {} }),
  });
}

function domainKind({ zone }: CloudflareAccount, buckets: Kept): Kept {
  return keptKind({
    type: "cloudflare:index/r2CustomDomain:R2CustomDomain",
    replaceOn: ["accountId", "bucketName", "domain", "jurisdiction", "zoneId"],
    make(inputs) {
      existing(buckets, inputs);
      assertInZone(zone, inputs, text(inputs, "domain") ?? "");
      const status = { ownership: "active", ssl: "active" };
      return { id: text(inputs, "domain")!, outputs: { zoneName: zone.name, status } };
    },
  });
}

function tokenKind(account: CloudflareAccount): Kept {
  return keptKind({
    type: "cloudflare:index/accountToken:AccountToken",
    replaceOn: ["accountId"],
    make(inputs) {
      assertAccount(account, inputs);
      const value = randomBytes(TOKEN_BYTES).toString("base64url");
      return { id: hex(), outputs: { value, status: "active", issuedOn: "2026-01-01T00:00:00Z" } };
    },
  });
}

function recordKind({ zone }: CloudflareAccount): Kept {
  const kept: Kept = keptKind({
    type: "cloudflare:index/dnsRecord:DnsRecord",
    replaceOn: ["zoneId"],
    make(inputs) {
      const [name, type] = [text(inputs, "name") ?? "", text(inputs, "type")];
      assertInZone(zone, inputs, name);
      const same = [...kept.resources.values()].some(
        (other) => other["name"] === name && other["type"] === type,
      );
      if (same) throw new AwsError("81058", "An identical record already exists.", 409);
      return { id: hex(), outputs: { proxiable: true } };
    },
  });
  return kept;
}

function assertAccount({ id }: CloudflareAccount, inputs: Properties): void {
  if (text(inputs, "accountId") === id) return;
  throw new AwsError("10000", "Authentication error", 403);
}

function assertInZone(zone: CloudflareAccount["zone"], { zoneId }: Properties, name: string): void {
  if (zoneId !== zone.id)
    throw new AwsError("7003", `Could not route to /zones/${String(zoneId)}`, 404);
  if (name === zone.name || name.endsWith(`.${zone.name}`)) return;
  throw new AwsError("9021", `The name ${name} is not in the zone ${zone.name}.`);
}

const hex = () => randomBytes(ID_BYTES).toString("hex");
