import { randomBytes } from "node:crypto";
import type { Credentials } from "../clouds/aws/signature.ts";
import type { AwsAccount, Caller, Network } from "../clouds/world.ts";

const ACCOUNT_ID = "123456789012";
const USUAL_REGION = "us-east-1";
/** Where the source worlds are that may not be anywhere. */
const REGIONS: Readonly<Record<string, string>> = { hipaa: "ca-central-1" };
const API_HOST = 2;
const HTTPS_PORT = 443;

/** The account of a twin, and the one operator who may call its API. */
export interface Identity {
  readonly account: AwsAccount;
  readonly caller: Caller;
  readonly credentials: Credentials;
  /** Where the account's API listens. */
  readonly api: { readonly host: string; readonly port: number };
}

/** @param world name of the source world */
export function createIdentity(network: Network, world: string): Identity {
  const region = REGIONS[world] ?? USUAL_REGION;
  const host = `${network.prefix}.${API_HOST}`;
  const port = network.port(HTTPS_PORT);
  const accessKeyId = `AKIA${randomBytes(8).toString("hex").toUpperCase()}`;
  const account: AwsAccount = {
    id: ACCOUNT_ID,
    region,
    endpoint: port === HTTPS_PORT ? `https://${host}` : `https://${host}:${port}`,
    arn: (service, resource) => `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`,
  };
  return {
    account,
    caller: { accessKeyId, account: ACCOUNT_ID, arn: `arn:aws:iam::${ACCOUNT_ID}:user/operator` },
    credentials: {
      accessKeyId,
      secretAccessKey: randomBytes(30).toString("base64"),
      region,
    },
    api: { host, port },
  };
}
