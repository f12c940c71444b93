import { RedisError } from "./parser.ts";

/** Which of the two servers an error is about. */
export type Side = "source" | "target";

/**
 * A connection was lost, could not be made, or leads to a server that cannot serve just now (a failover, a restart).
 * It passes: open a new lane and copy again what was not acknowledged.
 */
export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly side: Side;
  constructor(side: Side, why: string, cause?: unknown) {
    super(`the connection to the ${side} was lost: ${why}`, { cause });
    this.side = side;
  }
}

/**
 * The server, or our own check of its certificate, refused: no memory, no permission, a payload of a newer version,
 * a wrong password. Trying again without a change gives the same answer.
 */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly side: Side;
  /** First word of the server's answer (`OOM`, `NOPERM`, `WRONGPASS`, …) or the code of a TLS error. */
  readonly code: string;
  constructor(side: Side, code: string, why: string, cause?: unknown) {
    super(`the ${side} refused: ${why}`, { cause });
    this.side = side;
    this.code = code;
  }
}

/** Answers of a server that is being replaced, is starting, waits for its replicas or runs a long script. */
const PASSING = new Set([
  "READONLY",
  "LOADING",
  "MASTERDOWN",
  "CLUSTERDOWN",
  "NOREPLICAS",
  "BUSY",
  "TRYAGAIN",
]);

/** Node's and OpenSSL's codes for a certificate that is not trusted, not valid now, or for another name. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH/;

/** What a caught error means for the one who copies. */
export function sideError(side: Side, error: unknown): LinkError | RefusedError {
  if (error instanceof LinkError || error instanceof RefusedError) return error;
  const { message } = error as Error;
  if (error instanceof RedisError) {
    const { code } = error;
    return PASSING.has(code)
      ? new LinkError(side, message, error)
      : new RefusedError(side, code, message, error);
  }
  const code = String((error as NodeJS.ErrnoException).code ?? "");
  // A mistake of ours, or an address that is none: it must not be tried again for ever.
  if (error instanceof TypeError || error instanceof RangeError) {
    return new RefusedError(side, code || error.name, message, error);
  }
  return CERTIFICATE.test(code)
    ? new RefusedError(side, code, message, error)
    : new LinkError(side, message, error);
}

/** Awaits what one of the servers was asked; a rejection becomes what it means for the one who copies. */
export async function onSide<T>(side: Side, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw sideError(side, error);
  }
}
