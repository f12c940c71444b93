import type { IncomingHttpHeaders } from "node:http";
import { JsonCodec2 } from "@smithy/core/protocols";
import { AwsError } from "../../world.ts";
import { readEc2Form, writeEc2Error, writeEc2Response } from "./ec2.ts";
import { readPlainForm, writePlainResponse } from "./plainQuery.ts";
import { readForm, writeError, writeResponse } from "./query.ts";
import { readRest, writeRestError, writeRestResponse } from "./rest.ts";
import { errorTraitsOf, operationOf, type Operation } from "./schemas.ts";

const EPOCH_SECONDS = 7;
const json = new JsonCodec2({
  timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
  jsonName: false,
});

export interface Asked {
  readonly method: string;
  /** Path with query string, as on the request line. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request in the protocol it came in: which action with what input, and how to answer it. */
export interface Exchange {
  readonly action: string;
  input(): Promise<object>;
  answer(output: object): Promise<Answer>;
  refuse(error: AwsError): Promise<Answer>;
}

/** Recognises the protocol of a request to `service`: AWS JSON by its target header, S3's REST, else a dialect of Query. */
export function exchangeFor(service: string, asked: Asked, requestId: string): Exchange {
  const { headers, body } = asked;
  const target = headers["x-amz-target"];
  if (typeof target === "string") return jsonExchange(service, target, headers, body, requestId);
  if (service === "s3") return restExchange(asked);
  const form = new URLSearchParams(body.toString("utf8"));
  if (service === "ec2") return ec2Exchange(form, requestId);
  if (service === "elasticloadbalancing") return plainExchange(form, requestId);
  return queryExchange(service, form, requestId);
}

function jsonExchange(
  service: string,
  target: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  requestId: string,
): Exchange {
  const action = target.slice(target.lastIndexOf(".") + 1);
  const type = headers["content-type"] ?? "application/x-amz-json-1.1";
  const answerWith = (status: number, text: string, extra: Record<string, string> = {}) => ({
    status,
    headers: { "content-type": type, "x-amzn-requestid": requestId, ...extra },
    body: text,
  });
  return {
    action,
    async input() {
      const { input } = await operation(service, action);
      const text = body.length > 0 ? body.toString("utf8") : "{}";
      return (await json.createDeserializer().read(input, text)) as object;
    },
    async answer(output) {
      const schema = (await operation(service, action)).output;
      if (schema.isUnitSchema()) return answerWith(200, "{}");
      const serializer = json.createSerializer();
      serializer.write(schema, output);
      return answerWith(200, new TextDecoder().decode(serializer.flush()));
    },
    async refuse(error) {
      const code = JSON_CODES[error.code] ?? error.code;
      const { queryCode } = await errorTraitsOf(service, code);
      const compatible = headers["x-amzn-query-mode"]
        ? { "x-amzn-query-error": `${queryCode ?? code};Sender` }
        : undefined;
      const text = JSON.stringify({ __type: code, message: error.message });
      return answerWith(error.status >= 500 ? 500 : 400, text, compatible);
    },
  };
}

/** Errors common to all services have other names in the JSON protocols. */
const JSON_CODES: Readonly<Record<string, string>> = {
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  InvalidClientTokenId: "UnrecognizedClientException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  IncompleteSignature: "IncompleteSignatureException",
  InvalidAction: "UnknownOperationException",
  AccessDenied: "AccessDeniedException",
};

function queryExchange(service: string, form: URLSearchParams, requestId: string): Exchange {
  const action = form.get("Action") ?? "";
  return {
    action,
    input: async () => readForm((await operation(service, action)).input, form),
    async answer(output) {
      const { output: schema } = await operation(service, action);
      return xml(200, writeResponse(action, schema, output, requestId));
    },
    async refuse(error) {
      const { queryCode, status } = await errorTraitsOf(service, error.code);
      const text = writeError(queryCode ?? error.code, error.message, requestId);
      return xml(status ?? error.status, text);
    },
  };
}

function restExchange({ method, url }: Asked): Exchange {
  const { action, input } = readRest(method, url);
  return {
    action,
    input: async () => input,
    async answer(output) {
      const { output: schema } = await operation("s3", action);
      return xml(200, writeRestResponse(schema, output));
    },
    refuse: async (error) => xml(error.status, writeRestError(error.code, error.message)),
  };
}

function ec2Exchange(form: URLSearchParams, requestId: string): Exchange {
  const action = form.get("Action") ?? "";
  return {
    action,
    input: async () => readEc2Form(form),
    answer: async (output) => xml(200, writeEc2Response(action, output, requestId)),
    refuse: async (error) => xml(error.status, writeEc2Error(error.code, error.message, requestId)),
  };
}

function plainExchange(form: URLSearchParams, requestId: string): Exchange {
  const action = form.get("Action") ?? "";
  return {
    action,
    input: async () => readPlainForm(form),
    answer: async (output) => xml(200, writePlainResponse(action, output, requestId)),
    refuse: async (error) => xml(error.status, writeError(error.code, error.message, requestId)),
  };
}

const xml = (status: number, body: string): Answer => ({
  status,
  headers: { "content-type": "text/xml" },
  body,
});

async function operation(service: string, action: string): Promise<Operation> {
  const found = await operationOf(service, action);
  if (!found) throw unknownAction(service, action);
  return found;
}

/** What AWS answers to an action that it, or this stand-in, does not have. */
export function unknownAction(service: string, action: string): AwsError {
  return new AwsError(
    "InvalidAction",
    `Could not find operation ${action || "(none given)"} of service ${service || "(none signed for)"}.`,
  );
}
