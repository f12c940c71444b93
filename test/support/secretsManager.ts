import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

/** A Secrets Manager with secrets that others have made, for the official SDK. */
export interface SecretsManager {
  /** What a process needs to use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Values by ARN; a secret without one is as Secrets Manager makes it. */
  readonly values: Map<string, string>;
  /** Actions called so far. */
  readonly calls: readonly string[];
  close(): void;
}

export async function startSecretsManager(): Promise<SecretsManager> {
  const values = new Map<string, string>();
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { SecretId = "", SecretString } = body as Record<string, string>;
      const action = String(request.headers["x-amz-target"]).split(".")[1]!;
      calls.push(action);
      if (action === "PutSecretValue") values.set(SecretId, SecretString!);
      const value = values.get(SecretId);
      response.setHeader("content-type", "application/x-amz-json-1.1");
      if (value === undefined) {
        response.statusCode = 400;
        response.end(JSON.stringify({ __type: "ResourceNotFoundException" }));
      } else {
        const answer = { ARN: SecretId, VersionId: randomUUID() };
        response.end(JSON.stringify({ ...answer, SecretString: value }));
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
    values,
    calls,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
