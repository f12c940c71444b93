import { readFileSync } from "node:fs";
import { Agent } from "node:https";

type Env = Readonly<Record<string, string>>;

/** Settings that every AWS client of a run is made with. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly requestHandler?: { readonly httpsAgent: Agent };
}

/**
 * Client settings from the run's environment, read as the AWS command line reads them: `AWS_REGION`, keys or the
 * default chain, `AWS_ENDPOINT_URL`, `AWS_CA_BUNDLE`.
 */
export function clientSettings(
  env: Env,
  region = env["AWS_REGION"] ?? "us-east-1",
): ClientSettings {
  const endpoint = env["AWS_ENDPOINT_URL"];
  const bundle = env["AWS_CA_BUNDLE"];
  return {
    region,
    ...(endpoint && { endpoint }),
    ...keysOf(env),
    ...(bundle && { requestHandler: { httpsAgent: trusting(bundle) } }),
  };
}

function keysOf(env: Env): Pick<ClientSettings, "credentials"> {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) return {};
  const sessionToken = env["AWS_SESSION_TOKEN"];
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } };
}

function trusting(bundle: string): Agent {
  return new Agent({ ca: readFileSync(bundle), keepAlive: true });
}
