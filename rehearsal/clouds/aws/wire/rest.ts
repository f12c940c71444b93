import type { NormalizedSchema } from "@smithy/core/schema";
import { element, escapeXml, writeMembers } from "./query.ts";

/** What can be asked about a whole bucket, by method and the query's only name. */
const ACTIONS: Readonly<Record<string, string>> = {
  "HEAD ": "HeadBucket",
  "GET tagging": "GetBucketTagging",
};

/** Reads a request to S3, which has its action in method and query and its bucket in the path. */
export function readRest(method: string, url: string) {
  const { pathname, search } = new URL(url, "https://host");
  const asked = `${method} ${search.slice(1).replace(/=$/, "")}`;
  const [, Bucket = ""] = pathname.split("/");
  return { action: ACTIONS[asked] ?? asked, input: { Bucket } };
}

export function writeRestResponse(schema: NormalizedSchema, output: object): string {
  const root = schema.getMergedTraits().xmlName;
  return root === undefined ? "" : element(root, writeMembers(schema, output));
}

export function writeRestError(code: string, message: string): string {
  return element(
    "Error",
    element("Code", escapeXml(code)) + element("Message", escapeXml(message)),
  );
}
