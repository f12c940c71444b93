import { randomBytes } from "node:crypto";
import { AwsError, type Caller } from "../world.ts";
import type { Credentials } from "./signature.ts";

/** Someone who may sign requests to the account's API. */
export interface Principal {
  readonly credentials: Credentials;
  readonly caller: Caller;
  /** Absent: may do everything. `resource` is what the call is about, where the twin can tell. */
  allows?(action: string, resource: string | undefined): boolean;
}

/** Who may call the API of a twin: its operator, and the roles of its machines. */
export class Principals {
  readonly #operator: Principal;
  readonly #roles = new Map<string, Principal>();

  constructor(operator: Principal) {
    this.#operator = operator;
  }

  /** The one whose key this is; the operator for an unknown key, whose signature then does not match. */
  of(accessKeyId: string): Principal {
    return this.#roles.get(accessKeyId) ?? this.#operator;
  }

  /** Gives a session of a role credentials of its own; they end with {@link remove}. */
  assume(arn: string, allows: Principal["allows"]): Credentials {
    const { caller, credentials } = this.#operator;
    const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    const own = {
      ...credentials,
      accessKeyId,
      secretAccessKey: randomBytes(30).toString("base64"),
    };
    const session = { credentials: own, caller: { ...caller, accessKeyId, arn } };
    this.#roles.set(accessKeyId, { ...session, allows });
    return own;
  }

  remove({ accessKeyId }: Credentials): void {
    this.#roles.delete(accessKeyId);
  }
}

/** Anyone may ask who they are. */
const FREE = ["sts:GetCallerIdentity"];

/** Throws what AWS answers to a role without the right. */
export function assertRight(
  { caller, allows }: Principal,
  action: string,
  resource: string | undefined,
): void {
  if (allows === undefined || FREE.includes(action) || allows(action, resource)) return;
  const on = resource === undefined ? "" : ` on resource: ${resource}`;
  throw new AwsError(
    "AccessDeniedException",
    `User: ${caller.arn} is not authorized to perform: ${action}${on} because no identity-based policy allows the ${action} action`,
  );
}
