import { once } from "node:events";
import { refusal } from "../../automation/errors.ts";
import { killAtPhase } from "../../automation/phaseFaults.ts";
import type { ServiceHost } from "../../automation/step.ts";
import { startRelayNode, type RelayNode } from "../../transfer/relayNode/node.ts";
import { controlKey } from "../cloud/controlKey.ts";
import { addressOf } from "../cloud/redis.ts";
import { secretValue } from "../cloud/secrets.ts";
import { readRelayEnvironment, type RelayEnvironment } from "./environment.ts";

const CLIENT_PORT = 6379;
const CONTROL_PORT = 6380;
const HEALTH_PORT = 6381;

/** The relay of a move of a Redis, until the signal or its expiry. */
export async function relayRedis(host: ServiceHost): Promise<void> {
  const settings = readRelayEnvironment(host.env);
  const until = settings.GODWIT_RELAY_UNTIL;
  if (until.getTime() <= Date.now()) throw expired(until);
  const node = await start(settings, host);
  const { address } = node;
  host.log(
    `Relay ${settings.GODWIT_RELAY_NAME} accepts clients at ${address.host}:${address.port} until ${until.toISOString()}.`,
  );
  const told = host.signal.aborted ? Promise.resolve() : once(host.signal, "abort");
  const why = await Promise.race([told.then(() => "told"), node.expired.then(() => "expired")]);
  await node.close();
  host.log(
    why === "expired"
      ? `The relay's time was over at ${until.toISOString()}: it has closed its clients and ended.`
      : "The relay was told to stop: it has closed its clients between two replies.",
  );
}

async function start(settings: RelayEnvironment, { env, log }: ServiceHost): Promise<RelayNode> {
  const target = settings.GODWIT_RELAY_TARGET;
  return await startRelayNode({
    name: settings.GODWIT_RELAY_NAME,
    move: settings.GODWIT_RELAY_MOVE,
    listen: {
      host: settings.GODWIT_RELAY_LISTEN,
      port: CLIENT_PORT,
      controlPort: CONTROL_PORT,
      healthPort: HEALTH_PORT,
    },
    source: await addressOf(settings.GODWIT_RELAY_SOURCE, env),
    target: await addressOf({ ...target, serverName: target.host }, env),
    token: () => secretValue(env, settings.GODWIT_RELAY_TOKEN_SECRET),
    controlKey: await controlKey(env, settings.GODWIT_RELAY_CONTROL_SECRET),
    replicas: settings.GODWIT_RELAY_REPLICAS,
    maxClients: settings.GODWIT_RELAY_MAX_CLIENTS,
    expiresAt: settings.GODWIT_RELAY_UNTIL,
    log,
    onPhase: killAtPhase("relay", env),
  });
}

function expired(until: Date) {
  return refusal(
    "relay-expired",
    `This relay was to end at ${until.toISOString()}, and that is over.`,
    "Deploy the application straight to the target; if the relay is still needed, set godwit:relayUntil to a later time and bring the stack up.",
    "It has not listened for clients.",
  );
}
