import type { RedisAddress } from "../../redis/connection.ts";
import type { Control } from "./control.ts";
import type { Scripts } from "./scripts.ts";

/** What the sessions of one relay share. */
export interface SessionTools {
  readonly scripts: Scripts;
  /** The relay's own connection to an upstream. */
  control(upstream: RedisAddress): Control;
}
