import type { Part, World } from "../../world.ts";
import { keyActions } from "./actions.ts";
import { KeyStore } from "./keys.ts";
import { aliasKind, keyFunctions, keyKind } from "./kinds.ts";

/** KMS: keys whose material stays in the twin's memory, so that what they encrypted is lost with it. */
export function createKms(world: World): Part & { readonly keys: KeyStore } {
  const keys = new KeyStore((resource) => world.account.arn("kms", resource));
  return {
    keys,
    services: [{ name: "kms", actions: keyActions(keys, world.account.id) }],
    kinds: [keyKind(keys), aliasKind(keys)],
    functions: keyFunctions(keys),
  };
}
