export const CERTIFICATE_ARN =
  /^arn:aws:acm:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:certificate\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Names of the buckets in the cloud: the account's number makes them unique in the world. */
export function bucketNamesOf(app: string, environment: string, account: string) {
  const name = (what: string) => `${app}-${what}-${environment}-${account}`;
  return {
    uploads: name("uploads"),
    backups: name("backups"),
    deployments: name("deployments"),
    logs: name("logs"),
  };
}

/** Name of the database instance, and of what belongs to it. */
export const databaseNameOf = (app: string) => `${app}-database`;

/** Path under which the application's secrets are, and those only. */
export const secretPath = (app: string) => `${app}/`;
