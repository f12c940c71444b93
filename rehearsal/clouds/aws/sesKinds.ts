import { createHash } from "node:crypto";
import { text } from "../properties.ts";
import { AwsError, type Part, type World } from "../world.ts";
import { keptKind, type Kept } from "./keptKind.ts";

/** Senders of mail without mail: an identity has its three DKIM keys, and names a set that exists. */
export function createSes({ account }: World): Part {
  const sets = keptKind({
    type: "aws:sesv2/configurationSet:ConfigurationSet",
    replaceOn: ["configurationSetName"],
    actions: { create: "ses:CreateConfigurationSet", delete: "ses:DeleteConfigurationSet" },
    make(inputs) {
      const name = text(inputs, "configurationSetName") ?? "";
      return { id: name, outputs: { arn: account.arn("ses", `configuration-set/${name}`) } };
    },
  });
  const identities: Kept = keptKind({
    type: "aws:sesv2/emailIdentity:EmailIdentity",
    replaceOn: ["emailIdentity"],
    actions: { create: "ses:CreateEmailIdentity", delete: "ses:DeleteEmailIdentity" },
    make(inputs) {
      const name = text(inputs, "emailIdentity") ?? "";
      if (identities.resources.has(name)) {
        throw new AwsError("AlreadyExistsException", `Email identity ${name} already exist.`);
      }
      assertSet(sets, text(inputs, "configurationSetName"));
      return {
        id: name,
        outputs: {
          arn: account.arn("ses", `identity/${name}`),
          identityType: "DOMAIN",
          dkimSigningAttributes: {
            currentSigningKeyLength: "RSA_2048_BIT",
            nextSigningKeyLength: "RSA_2048_BIT",
            signingAttributesOrigin: "AWS_SES",
            status: "PENDING",
            tokens: [1, 2, 3].map((key) => tokenOf(`${name} ${key}`)),
          },
          verificationStatus: "PENDING",
          verifiedForSendingStatus: false,
        },
      };
    },
  });
  const destinations = keptKind({
    type: "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination",
    replaceOn: ["configurationSetName", "eventDestinationName"],
    actions: { create: "ses:CreateConfigurationSetEventDestination" },
    make(inputs) {
      const set = text(inputs, "configurationSetName");
      assertSet(sets, set);
      return { id: `${set}|${text(inputs, "eventDestinationName")}`, outputs: {} };
    },
  });
  return { kinds: [sets, identities, destinations].map(({ kind }) => kind) };
}

function assertSet(sets: Kept, name: string | undefined): void {
  if (name === undefined || sets.resources.has(name)) return;
  throw new AwsError("NotFoundException", `Configuration set <${name}> does not exist.`, 404);
}

function tokenOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}
