import type { Facts, Json } from "../step.ts";

const OF_A_REHEARSAL = [
  "How long the cloud takes to create, snapshot, restore and delete: stand-ins do it at once, so the durations of infrastructure steps here are no forecast.",
  "Whether your own permissions, quotas and organisation policies allow each call: the stand-ins do not evaluate IAM.",
  "Latency and throughput between your application and the real servers: everything here spoke over the loopback of one machine.",
  "The failure of a zone or a region while the migration is under way.",
];

/** What a run cannot show: as its first event says, else what holds for every rehearsal. */
export function limitsOf(started: Facts, rehearsal: boolean): readonly string[] {
  const stated = started["limits"];
  if (Array.isArray(stated)) return (stated as Json[]).filter((limit) => typeof limit === "string");
  return rehearsal ? OF_A_REHEARSAL : [];
}
