import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { clockOf } from "../../automation/clock.ts";
import { assertAllowed, startAwsEndpoint } from "../clouds/aws/endpoint.ts";
import type { Credentials } from "../clouds/aws/signature.ts";
import type {
  AwsAccount,
  Caller,
  EndpointFacts,
  Network,
  Part,
  Service,
  Traffic,
  World,
  WorldSettings,
} from "../clouds/world.ts";
import { Provider } from "../provider/provider.ts";
import { disturbServers } from "../servers/disturbances.ts";
import { createAuthority } from "./authority.ts";
import type { Faults } from "./faults.ts";
import { twinFiles } from "./folder.ts";
import { startNameServer } from "./nameServer.ts";
import { createProcessTable } from "./processes.ts";
import { ServerRegistry } from "./servers.ts";

const ACCOUNT_ID = "123456789012";
const REGION = "us-east-1";
const API_HOST = 2;
const DNS_HOST = 3;

/** A world with what makes it run: to be filled with parts, and stopped. */
export interface TwinWorld extends World {
  readonly servers: ServerRegistry;
  readonly faults: Faults;
  readonly provider: Provider;
  readonly credentials: Credentials;
  readonly caller: Caller;
  /** Makes the parts answer; they are stopped in the reverse order. */
  add(...parts: readonly Part[]): void;
  setSecretReader(read: (secretId: string) => string): void;
  /** The live traffic, started by the source world. */
  traffic: Traffic | undefined;
  endpoints(): Promise<Readonly<Record<string, EndpointFacts>>>;
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
  const dnsHost = `${network.prefix}.${DNS_HOST}`;
  const names = await startNameServer(dnsHost, network.port(53));
  const processes = createProcessTable(dir);
  const servers = new ServerRegistry();
  disturbServers(servers, faults, network);
  const account = accountAt(`${network.prefix}.${API_HOST}`, network.port(443));
  const caller: Caller = {
    accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
    account: ACCOUNT_ID,
    arn: `arn:aws:iam::${ACCOUNT_ID}:user/operator`,
  };
  const credentials = {
    accessKeyId: caller.accessKeyId,
    secretAccessKey: randomBytes(30).toString("base64"),
    region: REGION,
  };
  const log: World["log"] = (event, facts) => {
    const line = { at: new Date().toISOString(), event, ...facts };
    appendFileSync(twinFiles(dir).events, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
  const denied = (action: string) => faults.denied(action);
  const provider = new Provider({
    account,
    assertAllowed: (service, action) => assertAllowed(service, action, { denied, caller }),
  });

  const parts: Part[] = [];
  const services = new Map<string, Service>();
  let readSecret: (secretId: string) => string = () => {
    throw new Error("This world has no secrets.");
  };
  const { host, port } = hostAndPort(account.endpoint);
  const endpoint = await startAwsEndpoint({
    host,
    port,
    certificate: await authority.issue("aws-api", { addresses: [host] }),
    credentials,
    caller,
    service: (name) => services.get(name),
    denied,
    log,
  });

  const world: TwinWorld = {
    dir,
    settings,
    clock: clockOf(settings.clockFactor),
    network,
    authority,
    names,
    account,
    processes,
    faults,
    servers,
    provider,
    credentials,
    caller,
    traffic: undefined,
    guestEnv: {
      NODE_EXTRA_CA_CERTS: authority.caFile,
      SSL_CERT_FILE: authority.caFile,
      GODWIT_RESOLVER: names.address,
    },
    secretValue: async (secretId) => readSecret(secretId),
    setSecretReader: (read) => void (readSecret = read),
    log,
    add(...added) {
      for (const part of added) {
        parts.push(part);
        provider.add(part);
        for (const service of part.services ?? []) services.set(service.name, service);
      }
    },
    async endpoints() {
      const all = await Promise.all(parts.map((part) => part.endpoints?.() ?? {}));
      const dns = hostAndPort(`dns://${names.address}`);
      return Object.assign(
        { dns, "aws.api": { host, port, tls: true, ca: authority.caFile } },
        ...all,
      );
    },
    async stop() {
      await world.traffic?.stop();
      for (const part of parts.reverse()) await part.stop?.();
      await processes.stopAll();
      await Promise.all([endpoint.close(), names.close()]);
    },
  };
  return world;
}

function accountAt(host: string, port: number): AwsAccount {
  return {
    id: ACCOUNT_ID,
    region: REGION,
    endpoint: port === 443 ? `https://${host}` : `https://${host}:${port}`,
    arn: (service, resource) => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`,
  };
}

function hostAndPort(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 443) };
}
