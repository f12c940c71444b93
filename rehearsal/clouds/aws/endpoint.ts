import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { buffer } from "node:stream/consumers";
import { listening } from "../../twin/network.ts";
import { AwsError, type Caller, type CertificateFiles, type Service } from "../world.ts";
import { assertRight, type Principals } from "./principals.ts";
import { accessKeyIdOf, verifySignature } from "./signature.ts";
import { exchangeFor, unknownAction, type Answer } from "./wire/index.ts";

export interface EndpointOptions {
  readonly host: string;
  readonly port: number;
  readonly certificate: CertificateFiles;
  readonly principals: Principals;
  service(name: string): Service | undefined;
  denied(action: string): boolean;
  log(event: string, facts: Readonly<Record<string, unknown>>): void;
}

/** The one HTTPS endpoint for all AWS API calls of the twin; every request is authenticated first. */
export async function startAwsEndpoint(
  options: EndpointOptions,
): Promise<{ close(): Promise<void> }> {
  const server = createServer(
    {
      cert: readFileSync(options.certificate.certFile),
      key: readFileSync(options.certificate.keyFile),
    },
    (request, response) => {
      respond(request, options).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        (error) => {
          options.log("aws-endpoint-error", { error: String(error) });
          response.writeHead(500).end();
        },
      );
    },
  );
  await listening(server, options.port, options.host);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(request: IncomingMessage, options: EndpointOptions): Promise<Answer> {
  const body = await buffer(request);
  const requestId = randomUUID();
  const { method = "", url = "/", headers } = request;
  let service = "";
  const exchange = () => exchangeFor(service, { method, url, headers, body }, requestId);
  try {
    const principal = options.principals.of(accessKeyIdOf(headers));
    ({ service } = verifySignature({ method, url, headers, body }, principal.credentials));
    const { action, input, answer } = exchange();
    const { denied } = options;
    assertAllowed(service, action, { denied, caller: principal.caller });
    const perform = options.service(service)?.actions[action];
    if (!perform) throw unknownAction(service, action);
    const asked = await input();
    assertRight(principal, `${service}:${action}`, resourceOf(asked));
    const output = await perform(asked, principal.caller);
    options.log("aws-call", { service, action });
    return await answer(output);
  } catch (error) {
    const refusal = asAwsError(error);
    if (refusal !== error) options.log("aws-failure", { error: String((error as Error).stack) });
    const { action, refuse } = exchange();
    options.log("aws-refusal", { service, action, code: refusal.code, message: refusal.message });
    return refuse(refusal);
  }
}

/** Throws what AWS answers to a caller without the right, when the fault `deny@ACTION` is in force. */
export function assertAllowed(
  service: string,
  action: string,
  { denied, caller }: Pick<EndpointOptions, "denied"> & { readonly caller: Caller },
): void {
  if (!denied(action) && !denied(`${service}:${action}`)) return;
  throw new AwsError(
    "AccessDenied",
    `User: ${caller.arn} is not authorized to perform: ${service}:${action}`,
    403,
  );
}

/** What a call is about, as policies name it. */
function resourceOf(input: unknown): string | undefined {
  return (input as { SecretId?: string } | undefined)?.SecretId;
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AwsError("InternalFailure", message, 500);
}
