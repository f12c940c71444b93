import type { SettingsOf } from "../config.ts";
import { costChange, costLine } from "../cost.ts";
import type { CostChange, CostLine } from "../cost.ts";
import { networkZones } from "./names.ts";
import { awsBefore, hetznerPrices as prices } from "./prices.ts";

/** A terabyte of files. */
const USUAL_STORED_GB = 1000;
/** Volumes of Redis, Prometheus, Alertmanager and Grafana. */
const POD_VOLUME_GB = 10 + 20 + 10 + 10;
const euros = (amount: number, dollarsForEuro: number) => amount * dollarsForEuro;

/** What the cluster costs a month in dollars, line by line, beside what AWS does by the plan. */
export function hetznerCost({ hetzner }: SettingsOf<"hetzner">): CostChange {
  const { usage } = hetzner;
  const rate = usage.dollarsForEuro ?? prices.dollarsForEuro;
  const { controlPlane, workers, database } = hetzner;
  const machines: [string, string, number][] = [
    ["Workers", workers.serverType, workers.count],
    ["Database", database.serverType, 1],
    ["Control plane", controlPlane.serverType, 1],
  ];
  const priced = machines.filter(
    ([, type, count]) => count > 0 && prices.servers[type] !== undefined,
  );
  const after = [
    ...priced.map(([what, type, count]) =>
      costLine(`${what}, ${type}`, count, "machine", euros(prices.servers[type]!, rate)),
    ),
    costLine("Files in R2", usage.storedGb ?? USUAL_STORED_GB, "GB", prices.storedGb),
    costLine("Traffic out of R2", 1, "month", 0),
    costLine(
      `Load balancer, ${hetzner.loadBalancer}`,
      1,
      "balancer",
      euros(prices.loadBalancers[hetzner.loadBalancer], rate),
    ),
    costLine("Redis, in the cluster", 1, "pod", 0),
    costLine("Volume of the database", database.volumeGb, "GB", euros(prices.volumeGb, rate)),
    costLine("Volumes of pods", POD_VOLUME_GB, "GB", euros(prices.volumeGb, rate)),
  ];
  const list = { currency: "USD", asOf: prices.asOf, region: hetzner.location };
  return costChange(list, before(), after, { notes: notes(hetzner, rate, machines) });
}

function before(): CostLine[] {
  return awsBefore.map(([what, monthly]) => costLine(what, 1, "month", monthly));
}

function notes(
  hetzner: SettingsOf<"hetzner">["hetzner"],
  rate: number,
  machines: readonly [string, string, number][],
): string[] {
  const { location } = hetzner;
  const unknown = machines.filter(([, type]) => prices.servers[type] === undefined);
  const european = networkZones[location] === "eu-central";
  return [
    `Euros at ${rate} $, without VAT. What AWS costs before is the plan's own figure.`,
    "The plan's 82 $ are three workers 45 $, database 15 $, R2 15 $, load balancer 7 $, at prices of before April 2026: cpx31 was 13.60 €, cpx32, which has taken its place, is 35.99 €. It leaves out the control plane and the volumes, which the cluster does not run without.",
    "cx33 has as many cores and as much memory as cpx32 for 8.99 €, but is sold out more often than not: ask Hetzner before it is set.",
    "Left out: operations on R2 beyond the free million writes and ten million reads, and traffic out of Hetzner above 20 TB a machine.",
    ...(european ? [] : [`Prices are those of Germany and Finland; ${location} differs.`]),
    ...(hetzner.loadBalancer === "lb11"
      ? []
      : [`The price of ${hetzner.loadBalancer} is of 2025-06-01.`]),
    ...unknown.map(([what, type]) => `${what}: the price of ${type} is not in the table.`),
  ];
}
