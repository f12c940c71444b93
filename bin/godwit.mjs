#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

if (!existsSync(fileURLToPath(new URL("../node_modules/tsx", import.meta.url)))) {
  process.stderr.write("godwit is not set up yet: run `npm start` once in the checkout.\n");
  process.exit(1);
}
// A library of ours still calls the Postgres client in a way that its next major version drops.
process.noDeprecation = true;
// Node 20 is a supported floor of ours; the SDK's advice to leave it would hide what matters.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
const { register } = await import("tsx/esm/api");
register();
// Reading every module's source map takes longer than most commands do; only who debugs looks at traces.
process.setSourceMapsEnabled(Boolean(process.env["GODWIT_DEBUG"]));
await import("../automation/stack/lazyPulumi.mjs");
const { main } = await import("../automation/cli.ts");
await main(process.argv);
