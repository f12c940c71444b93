import * as pulumi from "@pulumi/pulumi";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import type { EmailIdentity } from "@pulumi/aws/sesv2/emailIdentity.js";
import { EmailIdentityMailFromAttributes } from "@pulumi/aws/sesv2/emailIdentityMailFromAttributes.js";
import type { MailArgs } from "./args.ts";
import type { WebWhole } from "./whole.ts";

/** How many keys SES signs with in turn. */
const DKIM_KEYS = 3;
const TTL = 1800;

export interface RecordParts {
  readonly mail: MailArgs;
  readonly zoneId: pulumi.Input<string>;
  readonly identity: EmailIdentity;
}

/** Proves to receivers that mail in the domain's name is meant to come from here: by DKIM, SPF and DMARC. */
export function proveSender(whole: WebWhole, parts: RecordParts): void {
  const domain = parts.mail.from.split("@")[1]!;
  const record = (
    id: string,
    name: pulumi.Input<string>,
    type: Type,
    value: pulumi.Input<string>,
  ) =>
    new DnsRecord(
      `${whole.name}-${id}`,
      { zoneId: parts.zoneId, name, type, records: [value], ttl: TTL },
      { parent: whole.parent },
    );
  signKeys(parts.identity, domain, record);
  returnTo(whole, parts.identity, domain, record);
  const { dmarc } = parts.mail;
  if (dmarc !== "existing") record("dmarc", `_dmarc.${domain}`, "TXT", `v=DMARC1; p=${dmarc}`);
}

type Type = "CNAME" | "MX" | "TXT";
type MakeRecord = (
  id: string,
  name: pulumi.Input<string>,
  type: Type,
  value: pulumi.Input<string>,
) => DnsRecord;

function signKeys({ dkimSigningAttributes }: EmailIdentity, domain: string, record: MakeRecord) {
  for (let key = 0; key < DKIM_KEYS; key++) {
    const token = dkimSigningAttributes.apply(({ tokens }) => tokens[key]!);
    const name = pulumi.interpolate`${token}._domainkey.${domain}`;
    record(`dkim-${key + 1}`, name, "CNAME", pulumi.interpolate`${token}.dkim.amazonses.com`);
  }
}

/** Mail that comes back goes to a name of our own, so that SPF holds for the domain and not for SES's alone. */
function returnTo(
  { name, parent, region }: WebWhole,
  identity: EmailIdentity,
  domain: string,
  record: MakeRecord,
): void {
  const mailFromDomain = `bounce.${domain}`;
  record("bounce-mx", mailFromDomain, "MX", `10 feedback-smtp.${region}.amazonses.com`);
  record("bounce-spf", mailFromDomain, "TXT", "v=spf1 include:amazonses.com ~all");
  new EmailIdentityMailFromAttributes(
    `${name}-mail-from`,
    {
      emailIdentity: identity.emailIdentity,
      mailFromDomain,
      // Until its records are seen, mail goes out in SES's own name rather than not at all.
      behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    },
    { parent },
  );
}
