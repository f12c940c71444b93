import { element, escapeXml } from "./query.ts";

/**
 * The EC2 dialect of Query, without a schema: parameters stay flat (`GroupId.1`, `Filter.1.Value.2`) and are
 * gathered into lists by their number.
 */
export function readEc2Form(form: URLSearchParams): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of form) {
    if (key !== "Action" && key !== "Version") put(root, key.split("."), value);
  }
  return root;
}

function put(into: Record<string, unknown>, path: readonly string[], value: string): void {
  const [name = "", index, ...rest] = path;
  if (index === undefined) {
    into[name] = value;
  } else if (/^\d+$/.test(index)) {
    const list = (into[name] ??= []) as unknown[];
    const at = Number(index) - 1;
    if (rest.length === 0) list[at] = value;
    else put((list[at] ??= {}) as Record<string, unknown>, rest, value);
  } else {
    put((into[name] ??= {}) as Record<string, unknown>, [index, ...rest], value);
  }
}

/** Writes an output whose members already have the dialect's names (`groupId`, `ipPermissions`). */
export function writeEc2Response(action: string, output: object, requestId: string): string {
  return element(`${action}Response`, element("requestId", requestId) + content(output));
}

export function writeEc2Error(code: string, message: string, requestId: string): string {
  const error = element("Code", escapeXml(code)) + element("Message", escapeXml(message));
  return element(
    "Response",
    element("Errors", element("Error", error)) + element("RequestID", requestId),
  );
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => element("item", content(each))).join("");
  if (typeof value !== "object" || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => element(name, content(each)))
    .join("");
}
