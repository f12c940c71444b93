import { appendFileSync } from "node:fs";
import { clockOf } from "../../automation/clock.ts";
import { assertAllowed, startAwsEndpoint } from "../clouds/aws/endpoint.ts";
import { Principals } from "../clouds/aws/principals.ts";
import type { Credentials } from "../clouds/aws/signature.ts";
import type {
  Caller,
  CertificateAuthority,
  Endpoint,
  NameServer,
  Network,
  Part,
  Traffic,
  World,
  WorldSettings,
} from "../clouds/world.ts";
import { Provider } from "../provider/provider.ts";
import { disturbServers } from "../servers/disturbances.ts";
import { Firewall } from "../servers/firewall.ts";
import { Gates } from "../servers/gates/index.ts";
import { createAuthority } from "./authority.ts";
import type { Faults } from "./faults.ts";
import { twinFiles } from "./folder.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { startNameServer } from "./nameServer.ts";
import { Parts } from "./parts.ts";
import { createProcessTable } from "./processes.ts";
import { ServerRegistry } from "./servers.ts";

const HERE = "127.0.0.1";
const DNS_HOST = 3;
const DNS_PORT = 53;

/** A world with what makes it run: to be filled with parts, and stopped. */
export interface TwinWorld extends World {
  readonly servers: ServerRegistry;
  readonly firewall: Firewall;
  readonly faults: Faults;
  readonly provider: Provider;
  readonly credentials: Credentials;
  readonly caller: Caller;
  /** Who may call the account's API. */
  readonly principals: Principals;
  /** Makes the parts answer; they are stopped in the reverse order. */
  add(...parts: readonly Part[]): void;
  /** Who knows the values of secrets. */
  secretReader: ((secretId: string) => string) | undefined;
  /** The live traffic, started by the source world. */
  traffic: Traffic | undefined;
  /** Lets this machine, which belongs to no network of the world's, reach what is in them. */
  lookFromHere(): Promise<void>;
  endpoints(): Promise<Readonly<Record<string, Endpoint>>>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly dir: string;
  readonly settings: WorldSettings;
  readonly network: Network;
  readonly faults: Faults;
}

/** Starts what every world has: authority, name server, AWS endpoint. */
export async function startWorld(options: WorldOptions): Promise<TwinWorld> {
  const { dir, settings, network, faults } = options;
  const authority = await createAuthority(dir);
  const dns = { host: `${network.prefix}.${DNS_HOST}`, port: network.port(DNS_PORT) };
  const names = await startNameServer(dns.host, dns.port);
  const processes = createProcessTable(dir);
  const identity = createIdentity(network, settings.world);
  const { account, caller, credentials, api } = identity;
  const log = eventLog(twinFiles(dir).events);
  const served = await startApi(identity, authority, faults, log);
  const { parts, provider, endpoint, principals } = served;
  const servers = new ServerRegistry();
  const guestEnv = environmentOf(authority, names);
  const firewall = guardServers(new Gates({ dir, processes, guestEnv }), servers, faults);

  const world: TwinWorld = {
    dir,
    settings,
    network,
    authority,
    names,
    account,
    processes,
    faults,
    servers,
    firewall,
    machines: firewall,
    provider,
    credentials,
    caller,
    principals,
    log,
    clock: clockOf(settings.clockFactor),
    guestEnv,
    secretReader: undefined,
    traffic: undefined,
    async secretValue(secretId) {
      if (!world.secretReader) throw new Error("This world has no secrets.");
      return world.secretReader(secretId);
    },
    add: (...added) => parts.add(added),
    lookFromHere: () => firewall.openTo(HERE),
    async endpoints() {
      // Who is given the addresses looks from this machine.
      await world.lookFromHere();
      const aws = { ...api, tls: true, ca: authority.caFile };
      return { dns, "aws.api": aws, ...(await parts.endpoints()) };
    },
    async stop() {
      await world.traffic?.stop();
      await parts.stop();
      await processes.stopAll();
      await Promise.all([endpoint.close(), names.close()]);
    },
  };
  return world;
}

/** Through the gates goes who may; there, too, connections are disturbed. */
function guardServers(gates: Gates, servers: ServerRegistry, faults: Faults): Firewall {
  disturbServers(servers, faults, gates);
  return new Firewall(gates);
}

/** Trust and name resolution, for processes inside the twin. */
function environmentOf({ caFile }: CertificateAuthority, names: NameServer) {
  return {
    NODE_EXTRA_CA_CERTS: caFile,
    SSL_CERT_FILE: caFile,
    GODWIT_RESOLVER: names.address,
  };
}

/** What answers the SDK and the provider plugins; empty until parts are added. */
async function startApi(
  { account, caller, credentials, api }: Identity,
  authority: CertificateAuthority,
  faults: Faults,
  log: World["log"],
) {
  const denied = (action: string) => faults.denied(action);
  const provider = new Provider({
    account,
    assertAllowed: (service, action) => assertAllowed(service, action, { denied, caller }),
  });
  const parts = new Parts(provider);
  const principals = new Principals({ credentials, caller });
  const endpoint = await startAwsEndpoint({
    ...api,
    certificate: await authority.issue("aws-api", { addresses: [api.host] }),
    principals,
    service: (name) => parts.service(name),
    denied,
    log,
  });
  return { parts, provider, endpoint, principals };
}

function eventLog(file: string): World["log"] {
  return (event, facts) => {
    const line = { at: new Date().toISOString(), event, ...facts };
    appendFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
}
