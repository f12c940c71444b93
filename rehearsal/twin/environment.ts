import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import type { RunEnvironment } from "../../automation/environment.ts";
import type { Credentials } from "../clouds/aws/signature.ts";
import type { World } from "../clouds/world.ts";
import { installPlugins } from "../plugins/install.ts";
import { twinFiles } from "./folder.ts";

/** Prepares a private Pulumi home and backend, and writes down what a run against this twin needs. */
export function writeEnvironment(world: World, credentials: Credentials): RunEnvironment {
  const files = twinFiles(world.dir);
  installPlugins(files.pulumiHome, world.dir);
  mkdirSync(files.pulumiState, { recursive: true, mode: 0o700 });
  writeFileSync(files.passphrase, randomBytes(24).toString("hex"), { mode: 0o600 });
  const environment: RunEnvironment = {
    env: {
      AWS_ENDPOINT_URL: world.account.endpoint,
      AWS_REGION: credentials.region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_CA_BUNDLE: world.authority.caFile,
      SSL_CERT_FILE: world.authority.caFile,
      GODWIT_RESOLVER: world.names.address,
      GODWIT_TWIN: world.dir,
      PULUMI_HOME: files.pulumiHome,
      PULUMI_BACKEND_URL: `file://${files.pulumiState}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: files.passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
    workDir: files.project,
    clockFactor: world.settings.clockFactor,
  };
  writeFileSync(files.environment, JSON.stringify(environment, null, 2), { mode: 0o600 });
  return environment;
}
