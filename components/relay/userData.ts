import { machineUserData } from "../machine/userData.ts";

/** A server as a relay is told of it. */
export interface RelayServer {
  readonly host: string;
  readonly port: number;
}

export interface RelayUserDataArgs {
  /** The relay's own name: `relay-1`. */
  readonly node: string;
  readonly region: string;
  /** The runbook whose protocol it speaks: `redis-encryption`. */
  readonly runbook: string;
  readonly source: RelayServer;
  readonly target: RelayServer;
  /** References, never the values. */
  readonly tokenSecretArn: string;
  readonly controlSecretArn: string;
  /** Names the decision record on the target. */
  readonly move: string;
  /** When it stops serving, as ISO 8601 writes it. */
  readonly until: string;
  readonly maxClients: number;
  /** Where godwit is to be had. */
  readonly package: string;
}

/** What a relay's machine is given for its first start: a cloud-config without any secret. */
export function relayUserData(args: RelayUserDataArgs): string {
  const address = ({ host, port }: RelayServer) => `${host}:${port}`;
  return machineUserData({
    service: {
      id: "relay",
      description: "Relays clients to the server that owns the traffic",
      arguments: `relay ${args.runbook}`,
    },
    environment: {
      AWS_REGION: args.region,
      GODWIT_RELAY_NAME: args.node,
      GODWIT_RELAY_LISTEN: "0.0.0.0",
      GODWIT_RELAY_SOURCE: address(args.source),
      GODWIT_RELAY_TARGET: address(args.target),
      GODWIT_RELAY_TOKEN_SECRET: args.tokenSecretArn,
      GODWIT_RELAY_CONTROL_SECRET: args.controlSecretArn,
      GODWIT_RELAY_MOVE: args.move,
      // How many replicas confirm a decision: the one that is promoted has it, since failover picks the most advanced.
      GODWIT_RELAY_REPLICAS: "1",
      GODWIT_RELAY_UNTIL: args.until,
      GODWIT_RELAY_MAX_CLIENTS: String(args.maxClients),
    },
    package: args.package,
  });
}
