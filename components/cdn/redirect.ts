import { readFileSync } from "node:fs";
import { Function as EdgeFunction } from "@pulumi/aws/cloudfront/function.js";
import { KeyValueStore } from "@pulumi/aws/cloudfront/keyValueStore.js";
import { cdnNameOf } from "./whole.ts";
import type { CdnWhole } from "./whole.ts";

/** Runs at the edges; see there. */
const CODE = readFileSync(new URL("redirectUploads.js", import.meta.url), "utf8");

/** What sends old addresses on. */
export interface UploadsRedirect {
  /** The table from old paths to new ones, which the migration fills. */
  readonly paths: KeyValueStore;
  readonly redirect: EdgeFunction;
}

export function createRedirect(whole: CdnWhole): UploadsRedirect {
  const { name, parent, app, tags } = whole;
  const paths = new KeyValueStore(
    `${name}-old-paths`,
    { name: `${cdnNameOf(whole)}-old-paths`, comment: `Where /uploads/* of ${app} has gone`, tags },
    { parent },
  );
  const redirect = new EdgeFunction(
    `${name}-redirect`,
    {
      name: `${cdnNameOf(whole)}-redirect`,
      comment: `Sends /uploads/* of ${app} to where each file has gone`,
      runtime: "cloudfront-js-2.0",
      code: CODE,
      keyValueStoreAssociations: [paths.arn],
      publish: true,
      tags,
    },
    { parent },
  );
  return { paths, redirect };
}
