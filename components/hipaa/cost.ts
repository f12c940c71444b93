import type { SettingsOf } from "../config.ts";
import { moverCost } from "../mover/cost.ts";
import { costChange, costLine, HOURS_A_MONTH } from "../cost.ts";
import type { CostChange, CostLine } from "../cost.ts";
import { hasMover } from "./hasMover.ts";
import {
  cachePrices,
  databasePrices,
  hipaaPriceList,
  hipaaPrices,
  instancePrices,
} from "./prices.ts";

/** What an application of this size uses a month. */
const USUAL = {
  /** To users. */
  transferGB: 100,
  /** From instances to the internet, such as packages. */
  natGB: 50,
  balancerUnits: 1,
  /** Uploads and backups. */
  storedGB: 200,
  logGB: 15,
  /** Changes of the database that are sent to the other region. */
  replicatedGB: 50,
  /** New files that are copied to the other region. */
  copiedGB: 20,
};

const SECRETS = 5;
/** Of the application, and one each of the cache's token and the database's administrator. */
const SECRETS_OF_SERVICES = 2;
/** By data class, the cache's, and that of the database's backups in the other region. */
const KEYS = 5;
/** Five alarms, one of them over three figures, three for scaling; and eight figures for each node of the cache. */
const ALARM_METRICS = 5 + 2 + 3;
const ALARM_METRICS_A_NODE = 8;
/** Memory, disk, and what waits. */
const OWN_METRICS = 3;
const DASHBOARDS = 3;
const FIREWALL_RULES = 5;
const ZONES = 2;

/** What the target costs a month, line by line, with as many instances as it begins with. */
export function hipaaCost(settings: SettingsOf<"hipaa">, instances?: number): CostChange {
  const { currency, asOf, region } = hipaaPriceList;
  const { hipaa } = settings;
  const count = instances ?? hipaa.compute.desired ?? hipaa.compute.minimum;
  const lines = [
    ...computeLines(hipaa, count),
    ...dataLines(hipaa),
    ...copyLines(hipaa),
    ...networkLines(hipaa),
    ...guardLines(hipaa),
    ...watchLines(hipaa),
    ...(hasMover(settings) ? moverCost(settings.mover) : []),
  ];
  return costChange({ currency, asOf, region }, [], lines, { notes: notes(settings, count) });
}

type Hipaa = SettingsOf<"hipaa">["hipaa"];

function computeLines({ compute }: Hipaa, count: number): CostLine[] {
  return [
    ...hours(`Instances, ${compute.instanceType}`, count, instancePrices[compute.instanceType]),
    line("Volumes of the instances", count * compute.volumeGiB, "GB", "volumeGB"),
  ];
}

function dataLines({ database, cache }: Hipaa): CostLine[] {
  const nodes = 1 + cache.replicas;
  return [
    ...hours(
      `PostgreSQL in two zones, ${database.instanceClass}`,
      1,
      databasePrices[database.instanceClass],
    ),
    line("Storage of the database", database.storageGiB, "GB", "databaseGB"),
    line("Backups in the other region", database.storageGiB, "GB", "backupGB"),
    line("Changes sent to the other region", USUAL.replicatedGB, "GB", "otherRegionGB"),
    ...hours(`Redis, ${cache.nodeType}`, nodes, cachePrices[cache.nodeType]),
    line("Files: uploads and backups", USUAL.storedGB, "GB", "storedGB"),
  ];
}

function copyLines({ replicateFiles }: Hipaa): CostLine[] {
  if (!replicateFiles) return [];
  return [
    line("Copies of the files in the other region", USUAL.storedGB, "GB", "storedGB"),
    line("Files sent to the other region", USUAL.copiedGB, "GB", "otherRegionGB"),
    line("KMS key of the copies", 1, "key", "kmsKey"),
  ];
}

function networkLines({ network, endpoints }: Hipaa): CostLine[] {
  const zones = network.create?.zones?.length ?? ZONES;
  const ownNetwork = network.create === undefined ? 0 : 1;
  return [
    line("Load balancer", HOURS_A_MONTH, "hour", "balancer"),
    line("Load balancer, use", USUAL.balancerUnits * HOURS_A_MONTH, "unit hour", "balancerUnit"),
    line("NAT gateways", ownNetwork * zones * HOURS_A_MONTH, "hour", "natGateway"),
    line("Through NAT gateways", USUAL.natGB, "GB", "natGB"),
    line("Public addresses", (1 + ownNetwork) * zones * HOURS_A_MONTH, "hour", "publicAddress"),
    line("Endpoints", ownNetwork * endpoints.length * zones * HOURS_A_MONTH, "hour", "endpoint"),
    line("Transfer to users", USUAL.transferGB, "GB", "transferGB"),
  ].filter(({ quantity }) => quantity > 0);
}

function guardLines({ domain }: Hipaa): CostLine[] {
  return [
    ...(domain?.zone.create ? [line("Zone", 1, "zone", "zone")] : []),
    line("Web firewall", 1, "firewall", "firewall"),
    line("Web firewall, rules", FIREWALL_RULES, "rule", "firewallRule"),
    line("KMS keys", KEYS, "key", "kmsKey"),
    line("Secrets", SECRETS + SECRETS_OF_SERVICES, "secret", "secret"),
  ];
}

function watchLines({ cache }: Hipaa): CostLine[] {
  const nodes = 1 + cache.replicas;
  return [
    line("Logs", USUAL.logGB, "GB", "logGB"),
    line("Alarms", ALARM_METRICS + nodes * ALARM_METRICS_A_NODE, "metric", "alarmMetric"),
    line("Metrics of the application and its instances", OWN_METRICS, "metric", "ownMetric"),
    line("Dashboards", DASHBOARDS, "dashboard", "dashboard"),
  ];
}

function line(
  what: string,
  quantity: number,
  unit: string,
  name: keyof typeof hipaaPrices,
): CostLine {
  return costLine(what, quantity, unit, hipaaPrices[name].price);
}

/** None where the price of the type is not known here. */
function hours(
  what: string,
  count: number,
  known: { readonly price: number } | undefined,
): CostLine[] {
  if (known === undefined) return [];
  return [costLine(`${what} × ${count}`, count * HOURS_A_MONTH, "hour", known.price)];
}

function notes({ region, hipaa }: SettingsOf<"hipaa">, count: number): string[] {
  const { compute, database, cache, account } = hipaa;
  const unpriced = [
    ...(instancePrices[compute.instanceType] ? [] : [compute.instanceType]),
    ...(databasePrices[database.instanceClass] ? [] : [database.instanceClass]),
    ...(cachePrices[cache.nodeType] ? [] : [cache.nodeType]),
  ];
  return [
    `With ${count} instances; at most ${compute.maximum} are started.`,
    `Estimated for ${USUAL.transferGB} GB to users, ${USUAL.storedGB} GB of files and ${USUAL.logGB} GB of logs a month.`,
    "Left out: requests to KMS, Secrets Manager, S3 and the firewall, and the audit trail's records of files, which are a few dollars together.",
    ...(account.configRecorder || account.threatDetection
      ? [
          "AWS Config and GuardDuty are billed by what they look at: about 10 to 20 $ for an account of this size.",
        ]
      : []),
    ...(region !== undefined && region !== hipaaPriceList.region
      ? [`Prices are those of ${hipaaPriceList.region}; ${region} differs by a few percent.`]
      : []),
    ...unpriced.map((type) => `No price is known here for ${type}: it is left out.`),
  ];
}
