/** What S3 takes, without dots, which its certificate does not cover; with `-attachments` it must fit into 63 letters. */
export const BUCKET_NAME = /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/;

/** A path below the root, without what a shell or nginx would read as its own. */
export const PLAIN_PATH = /^\/[\w.-][\w./-]*$/;

/** A script within a release. */
export const SCRIPT = /^(?!\/)(?!.*\.\.)[\w./-]+\.[cm]?js$/;

/** For how many days CloudWatch keeps logs, when it is told to: it takes no other number. */
export const logRetentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365] as const;

/** What receivers do with mail that fails; `existing`: the domain has a DMARC record already. */
export const dmarcPolicies = ["none", "quarantine", "reject", "existing"] as const;

export const databaseEngines = ["postgres", "mysql"] as const;
export type DatabaseEngine = (typeof databaseEngines)[number];

/** What RDS offers of each engine, newest last, and on which port it listens. */
export const databaseFacts = {
  postgres: { versions: ["15", "16", "17"], version: "16", port: 5432, logs: ["postgresql"] },
  mysql: { versions: ["8.0", "8.4"], version: "8.4", port: 3306, logs: ["error"] },
} as const satisfies Record<
  DatabaseEngine,
  { versions: readonly string[]; version: string; port: number; logs: readonly string[] }
>;

/** The machine's own name, by which the CDN asks it. */
export function apiDomainOf(args: {
  readonly domain: string;
  readonly apiDomain?: string | undefined;
}) {
  return args.apiDomain ?? `api.${args.domain}`;
}
