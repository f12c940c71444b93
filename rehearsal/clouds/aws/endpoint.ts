import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { buffer } from "node:stream/consumers";
import { listening } from "../../twin/network.ts";
import { AwsError, type Caller, type CertificateFiles, type Service } from "../world.ts";
import { verifySignature, type Credentials } from "./signature.ts";
import { exchangeFor, unknownAction, type Answer } from "./wire/index.ts";

export interface EndpointOptions {
  readonly host: string;
  readonly port: number;
  readonly certificate: CertificateFiles;
  readonly credentials: Credentials;
  readonly caller: Caller;
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
  const exchange = () => exchangeFor(service, headers, body, requestId);
  try {
    ({ service } = verifySignature({ method, url, headers, body }, options.credentials));
    const { action, input, answer } = exchange();
    assertAllowed(service, action, options);
    const perform = options.service(service)?.actions[action];
    if (!perform) throw unknownAction(service, action);
    const output = await perform(await input(), options.caller);
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
  { denied, caller }: Pick<EndpointOptions, "denied" | "caller">,
): void {
  if (!denied(action) && !denied(`${service}:${action}`)) return;
  throw new AwsError(
    "AccessDenied",
    `User: ${caller.arn} is not authorized to perform: ${service}:${action}`,
    403,
  );
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AwsError("InternalFailure", message, 500);
}
