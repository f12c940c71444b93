import {
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { clientSettings } from "../aws.ts";
import { failure } from "../errors.ts";

/** What the secret of a mover holds: where its engine is, and whose jobs it executes. */
export interface EngineAddress {
  /** URL of the engine's Postgres, with its password. */
  readonly database: string;
  readonly run: string;
}

/** The client itself would wait for an answer for ever. */
const ANSWER_WITHIN_MS = 15_000;

/** The secret in which a mover looks for its engine. */
export class EngineSecret {
  readonly #arn: string;
  readonly #client: SecretsManagerClient;

  /** `env` as the AWS command line reads it. The ARN brings its own region. */
  constructor(arn: string, env: Readonly<Record<string, string>>) {
    const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(arn)?.[1];
    this.#arn = arn;
    this.#client = new SecretsManagerClient(clientSettings(env, region));
  }

  /** Undefined while it has no value. Rejects with words that do not hold its value. */
  async read(): Promise<EngineAddress | undefined> {
    const value = await this.#value();
    if (value === undefined) return undefined;
    const address = parsed(value);
    if (address) return address;
    throw failure(
      "engine-secret",
      `Secret ${this.#arn} holds something else than where the engine is.`,
      "",
      "Use `godwit resume RUN`, which writes it again.",
    );
  }

  /** False when it has this value already. */
  async write({ database, run }: EngineAddress): Promise<boolean> {
    const value = JSON.stringify({ database, run });
    try {
      if ((await this.#value()) === value) return false;
      await this.#put(value);
      return true;
    } catch (error) {
      throw isGone(error) ? moverGone(run, this.#arn) : error;
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #put(value: string): Promise<void> {
    const command = new PutSecretValueCommand({ SecretId: this.#arn, SecretString: value });
    await this.#client.send(command, { abortSignal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  }

  async #value(): Promise<string | undefined> {
    const command = new GetSecretValueCommand({ SecretId: this.#arn });
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      return (await this.#client.send(command, { abortSignal: signal })).SecretString;
    } catch (error) {
      // Secrets Manager says so of a secret without a value, too.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }
}

/** Deleted, or about to be. */
function isGone(error: unknown): boolean {
  return error instanceof ResourceNotFoundException || error instanceof InvalidRequestException;
}

function moverGone(run: string, arn: string) {
  return failure(
    "mover-removed",
    `Run ${run} has no mover any more: secret ${arn}, in which it looked for its engine, is gone.`,
    "",
    "The mover goes with the stack, or with the source. If the run has not ended, bring the stack up again and use `godwit resume RUN`.",
  );
}

function parsed(value: string): EngineAddress | undefined {
  try {
    const { database, run } = JSON.parse(value) as Partial<EngineAddress>;
    return typeof database === "string" && typeof run === "string" ? { database, run } : undefined;
  } catch {
    return undefined;
  }
}
