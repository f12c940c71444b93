import type { Look, Resource } from "../../../tools/ci/looks.mjs";

export const context = { commit: "0123456789abcdef", runUrl: "https://github.example/run/1" };

export function resource(op: string, name: string, more: Partial<Resource> = {}): Resource {
  const type = "aws:s3/bucket:Bucket";
  return { urn: `urn:${name}`, type, name, op, changed: [], ...more };
}

const remedy = "Encrypt it";

/** A look at staging whose three commands had something to say. */
export function sampleLook(more: Partial<Look> = {}): Look {
  return {
    stack: "staging",
    target: "redis",
    preview: {
      code: 0,
      document: {
        resources: [
          resource("same", "untouched"),
          resource("create", "new"),
          resource("create", "whole", { type: "godwit:redis:EncryptedRedis" }),
          resource("update", "resized", { changed: ["nodeType", "tags.Name"] }),
          resource("delete", "gone"),
          resource("create-replacement", "group", { changed: ["subnetGroupName"] }),
          resource("replace", "group", { changed: ["subnetGroupName"] }),
          resource("delete-replaced", "group"),
        ],
      },
    },
    policy: {
      code: 4,
      document: {
        findings: [{ rule: "S3Encrypted", resource: "new", problem: "is open", remedy }],
        waived: [
          {
            ...{ rule: "SNSEncryptedKMS", resource: "topic", problem: "is not encrypted", remedy },
            ...{ reason: "Numbers only", owner: "platform", expires: "2027-10-31" },
          },
        ],
        waiverProblems: [
          {
            ...{ rule: "Logs", resources: ["a-*", "b"], owner: "ada" },
            ...{ problem: "has expired", remedy: "Renew it" },
          },
        ],
        undecided: [{ rule: "KeyPolicy", resource: "key" }],
      },
      error: "The policy has 1 finding.",
    },
    cost: {
      code: 0,
      document: {
        ...{ currency: "USD", asOf: "2026-10-01", region: "us-east-1", monthly: 302.16 },
        lines: [
          { what: "cache.r6g.large × 2", monthly: 300.76 },
          { what: "KMS key", monthly: 1.4 },
        ],
        during: [{ what: "Mover", monthly: 12.26 }],
        deployed: {
          lines: [
            { what: "cache.t3.micro × 2", monthly: 24.82 },
            { what: "KMS key", monthly: 1.4 },
          ],
          monthly: 26.22,
        },
      },
    },
    ...more,
  };
}

export const looked = (look: Look = sampleLook()) => ({ stack: look.stack, look });
