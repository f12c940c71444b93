import { readEc2Form } from "./ec2.ts";
import { element, escapeXml } from "./query.ts";

/**
 * Query without a schema, for services of which the twin has no SDK client: inputs stay text, and members are named as
 * the SDK names them (`Names.member.1`).
 */
export function readPlainForm(form: URLSearchParams): object {
  return lists(readEc2Form(form)) as object;
}

/** A structure whose only member is `member` is a list. */
function lists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lists);
  if (typeof value !== "object" || value === null) return value;
  const { member, ...rest } = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(member) && Object.keys(rest).length === 0) return lists(member);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, lists(each)]));
}

export function writePlainResponse(action: string, output: object, requestId: string): string {
  const metadata = element("ResponseMetadata", element("RequestId", escapeXml(requestId)));
  return element(`${action}Response`, element(`${action}Result`, content(output)) + metadata);
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => element("member", content(each))).join("");
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => element(name, content(each)))
    .join("");
}
