/** What relays get unless they are told otherwise. */
export const relayDefaults = {
  /** Two cores without CPU credits: one for the relay's thread, one for the network. */
  instanceType: "c7g.large",
  /** A client takes up to three of the 65,536 file descriptors while it is switched. */
  maxClients: 10_000,
  /** GiB: the system and godwit; no data is kept on it. */
  volumeGiB: 10,
} as const;

/** Where a relay listens, beside the clients' port. */
export const relayPorts = {
  /** The switch's messages, over TLS with a key that both ends share. */
  control: 6380,
  /** `/healthz` and `/metrics`, without TLS and without secrets. */
  health: 6381,
} as const;
