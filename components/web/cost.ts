import type { SettingsOf } from "../config.ts";
import { costChange, costLine, HOURS_A_MONTH } from "../cost.ts";
import type { CostChange, CostLine } from "../cost.ts";
import { webDefaults } from "./defaults.ts";
import { databaseHours, machineHours, webPriceList as prices } from "./prices.ts";
import type { WebSettings } from "./settings.ts";

/** What is used in a month. */
export interface WebUsage {
  /** Attachments, pages, releases and backups. */
  readonly storedGb: number;
  readonly deliveredGb: number;
  /** By users, of the CDN. */
  readonly requests: number;
  readonly mails: number;
  readonly logGb: number;
}

/** A support desk of some hundred users. */
export const usualUsage: WebUsage = {
  storedGb: 5,
  deliveredGb: 10,
  requests: 100_000,
  mails: 1000,
  logGb: 0.5,
};

/** Two each of the errors' alarm, one each of the five others. */
const ALARM_METRICS = 2 + 5;
/** How full disk and memory are. */
const OWN_METRICS = 2;

/** What the application costs a month, line by line. */
export function webCost({ region, web }: SettingsOf<"web">): CostChange {
  const { currency, asOf } = prices;
  const usage = { ...usualUsage, ...web.usage };
  return costChange(
    { currency, asOf, region: prices.region },
    [],
    [
      ...machineLines(web),
      ...usageLines(usage, web),
      ...watchLines(),
      ...databaseLines(web.database),
    ],
    { notes: [...notes(region), ...unpriced(web)] },
  );
}

function machineLines({ instanceType, dataGiB }: WebSettings): CostLine[] {
  const hourly = machineHours[instanceType];
  return [
    ...(hourly === undefined
      ? []
      : [costLine(`Machine, ${instanceType}`, HOURS_A_MONTH, "hour", hourly)]),
    costLine("Machine, volumes", webDefaults.systemGiB + dataGiB, "GiB", prices.volumeGiB),
    costLine("Public IPv4 address", HOURS_A_MONTH, "hour", prices.addressHour),
    costLine("Session secret", 1, "secret", prices.secret),
  ];
}

function usageLines(usage: WebUsage, { mail }: WebSettings): CostLine[] {
  const { storedGb, deliveredGb, requests, mails, logGb } = usage;
  return [
    costLine("Files in S3", storedGb, "GB", prices.storedGb),
    costLine("Delivery by CloudFront", deliveredGb, "GB", prices.deliveredGb),
    costLine("Requests to CloudFront", requests / 10_000, "10,000", prices.requests10k),
    costLine("Single-page function", requests / 1_000_000, "1,000,000", prices.functionMillion),
    costLine("Logs", logGb, "GB", prices.logGb),
    ...(mail ? [costLine("Mail by SES", mails / 1000, "1,000", prices.mails1k)] : []),
  ];
}

function watchLines(): CostLine[] {
  const check = prices.healthCheck + prices.healthCheckHttps;
  return [
    costLine("Health check by HTTPS", 1, "check", check),
    costLine("CloudWatch alarms", ALARM_METRICS, "metric", prices.alarmMetric),
    costLine("Metrics of the machine", OWN_METRICS, "metric", prices.ownMetric),
  ];
}

function databaseLines(database: WebSettings["database"]): CostLine[] {
  if (!database) return [];
  const { engine, instanceClass, storageGiB } = database;
  const hourly = databaseHours[instanceClass]?.[engine];
  return [
    ...(hourly === undefined
      ? []
      : [costLine(`Database, ${instanceClass}`, HOURS_A_MONTH, "hour", hourly)]),
    costLine("Database, volume", storageGiB, "GiB", prices.databaseGiB),
    costLine("Database, secret", 1, "secret", prices.secret),
  ];
}

function notes(region: string | undefined): string[] {
  return [
    "Left out: requests to S3, access logs, old versions and snapshots, which are cents; the hosted zone, which is paid for already.",
    "More than the 10 to 15 $ that are often told: a public IPv4 address costs since February 2024, and the health check, alarms and secret are counted.",
    "Free each month: CloudFront's first TB and 10 million requests, ten alarms, ten metrics of one's own, two budgets, 5 GB of logs; in an account's first year, as its free plan has it, also 750 hours of a t3.micro and of an IPv4 address, and 30 GB of volumes.",
    ...(region !== undefined && region !== prices.region
      ? [`Prices are those of ${prices.region}; ${region} differs by a few percent.`]
      : []),
  ];
}

function unpriced({ instanceType, database }: WebSettings): string[] {
  const unknown = [
    ...(machineHours[instanceType] === undefined ? [instanceType] : []),
    ...(database && databaseHours[database.instanceClass] === undefined
      ? [database.instanceClass]
      : []),
  ];
  return unknown.map((type) => `The price of ${type} is not known here: its line is missing.`);
}
