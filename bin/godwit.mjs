#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

if (!existsSync(fileURLToPath(new URL("../node_modules/tsx", import.meta.url)))) {
  process.stderr.write("godwit is not set up yet: run `npm start` once in the checkout.\n");
  process.exit(1);
}
// A library of ours still calls the Postgres client in a way that its next major version drops.
process.noDeprecation = true;
const { register } = await import("tsx/esm/api");
register();
const { main } = await import("../automation/cli.ts");
await main(process.argv);
