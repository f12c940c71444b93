import * as pulumi from "@pulumi/pulumi";
import type { WebDatabase } from "./database.ts";
import type { Mail } from "./mail.ts";
import { DATA_PATH } from "./metrics.ts";

const SQLITE_FILE = `${DATA_PATH}/data/database.sqlite`;

export interface EnvironmentParts {
  readonly region: string;
  /** Address of the pages. */
  readonly url: string;
  readonly port: number;
  readonly attachments: pulumi.Input<string>;
  readonly mail: Mail | undefined;
  readonly database: WebDatabase | undefined;
}

/** Address of pages and API, without a slash at the end. */
export function urlOf({ domain }: { readonly domain: string }): string {
  return `https://${domain}`;
}

/**
 * What the application is told. No keys: it signs with the machine's role. `JWT_SECRET` is added where it starts, and a
 * database's user and password are read from its secret.
 */
export function applicationEnvironment(
  parts: EnvironmentParts,
): pulumi.Output<Record<string, string>> {
  const { region, url, port, attachments, mail, database } = parts;
  const environment: Record<string, pulumi.Input<string>> = {
    NODE_ENV: "production",
    PORT: String(port),
    FRONTEND_URL: url,
    AWS_REGION: region,
    S3_ATTACHMENTS_BUCKET: attachments,
    ...(database ? databaseEnvironment(database) : { DATABASE_PATH: SQLITE_FILE }),
    ...(mail && { MAIL_FROM: mail.from, SES_CONFIGURATION_SET: mail.configurationSet }),
  };
  return pulumi.all(environment);
}

function databaseEnvironment({ engine, host, port, name, secretArn }: WebDatabase) {
  return {
    DATABASE_ENGINE: engine,
    DATABASE_HOST: host,
    DATABASE_PORT: String(port),
    DATABASE_NAME: name,
    DATABASE_SECRET_ARN: secretArn,
  };
}

/** What the pages are built with. */
export function buildEnvironment(url: string): Record<string, string> {
  return { REACT_APP_API_URL: `${url}/api` };
}
