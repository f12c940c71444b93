import { EDGE_REGION } from "../shared/names.ts";

/** ARN of the distribution's log source, which the log bucket lets in. */
export function logSourceArn(cdnName: string, account: string): string {
  return `arn:aws:logs:${EDGE_REGION}:${account}:delivery-source:${cdnName}`;
}
