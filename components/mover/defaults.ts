/** What a mover gets unless it is told otherwise. */
export const moverDefaults = {
  /** Two cores for one reading and one writing connection, and memory for what is in flight. */
  instanceType: "t4g.small",
  /** Postgres' own port. */
  enginePort: 5432,
  /** GiB: the system and godwit; no data is kept on it. */
  volumeGiB: 10,
} as const;
