import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../world.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";
const LONGEST_SKEW_MS = 15 * 60_000;

export interface SignedRequest {
  readonly method: string;
  /** Path with query string, as on the request line. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/**
 * Checks Signature Version 4 of a request and returns the service it was signed for. Throws the errors of AWS
 * for a request that is unsigned, forged, changed, expired, or signed with an unknown key or for another region.
 */
export function verifySignature(
  request: SignedRequest,
  credentials: Credentials,
  now = Date.now(),
): { service: string } {
  const authorization = parseAuthorization(request.headers.authorization);
  const [accessKeyId, date, region, service, terminator] = authorization.credential.split("/");
  if (accessKeyId !== credentials.accessKeyId) {
    throw new AwsError(
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      403,
    );
  }
  const signedAt = String(request.headers["x-amz-date"] ?? "");
  assertScope({ date, region, service, terminator }, credentials.region, signedAt);
  assertFresh(signedAt, now);
  assertSigned(authorization.signedHeaders, request.headers);

  const scope = [date, region, service, terminator].join("/");
  const toSign = [ALGORITHM, signedAt, scope, sha256(canonical(request, authorization))].join("\n");
  const key = [date, region, service, terminator].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part ?? ""),
    `AWS4${credentials.secretAccessKey}`,
  );
  if (!sameText(hmac(key, toSign).toString("hex"), authorization.signature)) throw mismatch();
  return { service: service ?? "" };
}

/** The key that a request claims to be signed with; "" for one that is not signed. */
export function accessKeyIdOf({ authorization }: IncomingHttpHeaders): string {
  return /Credential=([^/]+)\//.exec(authorization ?? "")?.[1] ?? "";
}

interface Authorization {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

function parseAuthorization(header: string | undefined): Authorization {
  if (!header) {
    throw new AwsError(
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
      403,
    );
  }
  const match = /^AWS4-HMAC-SHA256 Credential=(\S+?),\s*SignedHeaders=(\S+?),\s*Signature=(\w+)$/;
  const [, credential, signedHeaders, signature] = match.exec(header) ?? [];
  if (!credential || !signedHeaders || !signature) {
    throw new AwsError(
      "IncompleteSignature",
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
    );
  }
  return { credential, signedHeaders: signedHeaders.split(";"), signature };
}

function assertScope(
  scope: Record<"date" | "region" | "service" | "terminator", string | undefined>,
  region: string,
  signedAt: string,
): void {
  const valid =
    scope.region === region &&
    scope.service &&
    scope.terminator === "aws4_request" &&
    scope.date === signedAt.slice(0, 8);
  if (!valid) {
    throw new AwsError(
      "SignatureDoesNotMatch",
      `Credential should be scoped to a valid region, date and service: expected '${region}'.`,
      403,
    );
  }
}

function assertFresh(signedAt: string, now: number): void {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signedAt) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Math.abs(now - time) <= LONGEST_SKEW_MS) return;
  const which = time < now ? "Signature expired" : "Signature not yet current";
  throw new AwsError("SignatureDoesNotMatch", `${which}: ${signedAt}`, 403);
}

/** What an attacker could change without it being noticed must be under the signature. */
function assertSigned(signed: readonly string[], headers: IncomingHttpHeaders): void {
  const must = Object.keys(headers).filter((name) => name.startsWith("x-amz-"));
  const missing = ["host", ...must].filter((name) => !signed.includes(name));
  const unsigned = missing.filter((name) => name !== "x-amz-user-agent");
  if (unsigned.length > 0) {
    throw new AwsError(
      "SignatureDoesNotMatch",
      `These headers must be signed: ${unsigned.join(", ")}`,
      403,
    );
  }
}

function canonical(request: SignedRequest, { signedHeaders }: Authorization): string {
  const { pathname, searchParams } = new URL(request.url, "https://host");
  const bodyHash = sha256(request.body);
  const declared = request.headers["x-amz-content-sha256"];
  if (declared !== undefined && declared !== bodyHash) throw mismatch();
  const query = [...searchParams]
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort();
  const headers = signedHeaders.map((name) => `${name}:${oneLine(request.headers[name])}\n`);
  return [
    request.method,
    pathname.split("/").map(uriEncode).join("/"),
    query.join("&"),
    headers.join(""),
    signedHeaders.join(";"),
    bodyHash,
  ].join("\n");
}

const mismatch = () =>
  new AwsError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided.",
    403,
  );
const oneLine = (value: string | string[] | undefined) =>
  String(value ?? "")
    .trim()
    .replace(/\s+/g, " ");
const uriEncode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) =>
  createHmac("sha256", key).update(data).digest();
const sameText = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
