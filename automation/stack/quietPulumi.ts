import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Has Pulumi leave out what it keeps for whoever debugs, which is a third of a program's time: where each resource was
 * declared, and three messages a resource, each a call to the engine, which drops them. With `GODWIT_DEBUG=1` they stay.
 */
export function quietPulumi(): void {
  if (process.env["GODWIT_DEBUG"]) return;
  // As CommonJS, whose exports can be replaced.
  const log = require("@pulumi/pulumi/log/index.js") as object;
  const { Resource } = require("@pulumi/pulumi/resource.js") as { Resource: object };
  Object.assign(log, { debug: () => Promise.resolve() });
  Object.assign(Resource, { callsites: () => [] });
}
