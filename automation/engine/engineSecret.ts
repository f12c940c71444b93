import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientSettings } from "../aws.ts";
import type { RunEnvironment } from "../environment.ts";
import { failure, refusal } from "../errors.ts";
import type { Facts, Runbook } from "../step.ts";
import type { Database } from "./database.ts";

type Env = Readonly<Record<string, string>>;

/** What the secret of a mover holds: where its engine is, and whose jobs it executes. */
export interface EngineAddress {
  /** URL of the engine's Postgres, with its password. */
  readonly database: string;
  readonly run: string;
}

/** Variable with the ARN of the secret, on the mover itself. */
export const ENGINE_SECRET = "GODWIT_ENGINE_SECRET";

/** Reads the secret; undefined while it has no value. Rejects with words that do not hold its value. */
export async function readEngineSecret(arn: string, env: Env): Promise<EngineAddress | undefined> {
  const value = await readValue(clientOf(arn, env), arn);
  if (value === undefined) return undefined;
  const address = parsed(value);
  if (address) return address;
  throw failure(
    "engine-secret",
    `Secret ${arn} holds something else than where the engine is.`,
    "",
    "Use `godwit resume RUN`, which writes it again.",
  );
}

export interface Announcement {
  readonly db: Database;
  readonly run: string;
  readonly runbook: Runbook;
  readonly environment: RunEnvironment;
  readonly results: Readonly<Record<string, Facts>>;
}

const ANSWER_WITHIN_MS = 15_000;

/** What this process has announced: secrets by their ARN. */
const announced = new Map<string, Promise<void>>();

/**
 * Tells the run's mover where its engine is, once a process. Refuses where the mover could not reach it, and where
 * the run has not built its mover yet. Runbooks without `engineSecret` have movers that know it already.
 */
export async function announceEngine(announcement: Announcement): Promise<void> {
  const { db, run, runbook, environment, results } = announcement;
  if (!runbook.engineSecret) return;
  const arn = runbook.engineSecret(results);
  if (arn === undefined) throw notBuilt(run);
  const { env } = environment;
  if (db.embedded && !isNear(env, arn)) throw outOfReach();
  const key = `${arn} ${run}`;
  const done = announced.get(key) ?? putWhereDifferent(arn, { database: db.url, run }, env);
  announced.set(key, done);
  await done.catch((error: unknown) => {
    announced.delete(key);
    throw error;
  });
}

/** Refuses a run whose mover will not reach the engine's database, before anything is built. */
export function refuseEngineOutOfReach(db: Database, runbook: Runbook, { env }: RunEnvironment) {
  if (runbook.engineSecret && db.embedded && !isNear(env)) throw outOfReach();
}

/** Whether the mover and this process are on one machine: in a rehearsal, and on a mover itself. */
function isNear(env: Env, arn = env[ENGINE_SECRET]): boolean {
  return env["GODWIT_TWIN"] !== undefined || (arn !== undefined && env[ENGINE_SECRET] === arn);
}

async function putWhereDifferent(arn: string, address: EngineAddress, env: Env): Promise<void> {
  const client = clientOf(arn, env);
  const value = JSON.stringify({ database: address.database, run: address.run });
  if ((await readValue(client, arn)) === value) return;
  await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }), inTime());
}

/** The client itself would wait for an answer for ever. */
function inTime(): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
}

async function readValue(client: SecretsManagerClient, arn: string): Promise<string | undefined> {
  try {
    const command = new GetSecretValueCommand({ SecretId: arn });
    return (await client.send(command, inTime())).SecretString;
  } catch (error) {
    // Secrets Manager says so of a secret without a value, too.
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** The ARN brings its own region. */
function clientOf(arn: string, env: Env): SecretsManagerClient {
  const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(arn)?.[1];
  return new SecretsManagerClient(clientSettings(env, region));
}

function parsed(value: string): EngineAddress | undefined {
  try {
    const { database, run } = JSON.parse(value) as Partial<EngineAddress>;
    return typeof database === "string" && typeof run === "string" ? { database, run } : undefined;
  } catch {
    return undefined;
  }
}

function notBuilt(run: string) {
  return refusal(
    "no-mover",
    `Run ${run} has not built its mover yet.`,
    "Use the mover in steps after the one that builds it.",
  );
}

function outOfReach() {
  return refusal(
    "engine-out-of-reach",
    "The mover cannot reach the engine's database, which is on this machine only.",
    "Name a Postgres that both reach in GODWIT_DATABASE_URL, or use `godwit run` on the mover itself, through Session Manager.",
    "Nothing was moved.",
  );
}
