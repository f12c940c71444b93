import type { SettingsOf } from "../config.ts";
import { costChange, costLine, HOURS_A_MONTH } from "../cost.ts";
import type { CostChange, CostLine } from "../cost.ts";
import { isPriced } from "../machine/cost.ts";
import { moverCost } from "../mover/cost.ts";
import { relayCost } from "../relay/cost.ts";
import { hasMover } from "./hasMover.ts";
import { hasRelays } from "./hasRelays.ts";
import { nodePrices, priceList } from "./prices.ts";

/** Snapshots made by hand that a migration leaves behind: the one restored from, and the source's last. */
const KEPT_SNAPSHOTS = 2;
/** The service keeps one snapshot of each cluster without charge. */
const FREE_SNAPSHOTS = 1;
/** Six alarms look at one metric each, the hit rate at two. */
const ALARM_METRICS_A_NODE = 8;

/** The source as it was found; its size is not among the settings. */
export interface SourceSize {
  readonly nodeType: string;
  readonly nodes: number;
}

/**
 * What the plaintext Redis costs a month, and what the encrypted one will, line by line.
 *
 * @param source the existing cluster; without it one node of the target's type is taken
 */
export function redisCost(settings: SettingsOf<"redis">, source?: SourceSize): CostChange {
  const { nodeType, replicas } = settings.redis;
  const old = source ?? { nodeType, nodes: 1 };
  const before = settings.redis.source ? nodeLines(old.nodeType, old.nodes) : [];
  const after = [
    ...nodeLines(nodeType, 1 + replicas),
    ...keyLines(settings),
    ...snapshotLines(settings),
    costLine("AUTH token in Secrets Manager", 1, "secret", priceList.secret),
    costLine(
      "CloudWatch alarms",
      ALARM_METRICS_A_NODE * (1 + replicas),
      "metric",
      priceList.alarmMetric,
    ),
  ];
  const { currency, asOf, region } = priceList;
  const list = { currency, asOf, region };
  return costChange(list, before, after, {
    during: [
      ...(hasMover(settings) ? moverCost(settings.mover) : []),
      ...(hasRelays(settings) ? relayCost(settings.relay) : []),
    ],
    notes: notes(settings, [nodeType, old.nodeType]),
  });
}

function nodeLines(nodeType: string, nodes: number): CostLine[] {
  const price = nodePrices[nodeType];
  if (price === undefined) return [];
  return [costLine(`${nodeType} × ${nodes}`, nodes * HOURS_A_MONTH, "hour", price.hourly)];
}

function keyLines({ redis }: SettingsOf<"redis">): CostLine[] {
  return redis.kms.create ? [costLine("KMS key", 1, "key", priceList.kmsKey)] : [];
}

/** At most: as if memory were full in every snapshot. */
function snapshotLines({ redis }: SettingsOf<"redis">): CostLine[] {
  const price = nodePrices[redis.nodeType];
  if (price === undefined) return [];
  const charged = Math.max(0, redis.snapshotRetentionDays - FREE_SNAPSHOTS) + KEPT_SNAPSHOTS;
  const gib = Math.round(charged * price.memoryGiB * 100) / 100;
  return [costLine(`Snapshots, ${charged} at most full`, gib, "GiB", priceList.backupGiB)];
}

function notes(settings: SettingsOf<"redis">, nodeTypes: readonly string[]): string[] {
  const { region, redis } = settings;
  const unpriced = [...new Set(nodeTypes)].filter((nodeType) => nodePrices[nodeType] === undefined);
  return [
    "Left out: requests to KMS and Secrets Manager, log volume, traffic between zones.",
    ...(redis.kms.create ? [] : ["The existing KMS key is paid for already."]),
    ...(region !== undefined && region !== priceList.region
      ? [`Prices are those of ${priceList.region}; ${region} differs by a few percent.`]
      : []),
    ...machineNotes(settings),
    ...unpriced.map(
      (nodeType) => `No price is known here for ${nodeType}: its nodes are left out.`,
    ),
  ];
}

function machineNotes(settings: SettingsOf<"redis">): string[] {
  const unpriced = (instanceType: string, whose: string) =>
    isPriced({ instanceType })
      ? []
      : [`No price is known here for ${instanceType}: the ${whose} left out.`];
  return [
    ...(hasMover(settings) ? unpriced(settings.mover.instanceType, "mover's machine is") : []),
    ...(hasRelays(settings)
      ? [
          "Of the relays' balancer the capacity units are left out: 0.006 $ each an hour.",
          ...unpriced(settings.relay.instanceType, "relays' machines are"),
        ]
      : []),
  ];
}
