import pc from "picocolors";
import type { RunDocument } from "./document.ts";
import type { Endpoint, Traffic } from "./twin.ts";
import { count } from "./evidence/format.ts";
import { duration } from "./io.ts";

const marks: Readonly<Record<string, string>> = {
  succeeded: pc.green("✓"),
  replayed: pc.green("✓"),
  failed: pc.red("✗"),
  interrupted: pc.yellow("…"),
  undone: pc.yellow("↶"),
  "not-run": pc.dim("·"),
};

/** The table of steps and the verdict, for a person. */
export function summary(document: RunDocument): string {
  return [
    "",
    ...document.steps.map(stepRow),
    "",
    verdict(document),
    ...(document.traffic ? trafficLines(document.traffic) : []),
    ...document.verification.map(
      ({ what, source, target, differences }) =>
        `${what}: ${count(source)} keys on the source, ${count(target)} on the target, ${differences} differences`,
    ),
    ...(document.endpoints ? endpointLines(document) : []),
    ...(document.evidence ? [`Evidence: ${document.evidence}`] : []),
  ].join("\n");
}

function stepRow({ id, status, durationMs }: RunDocument["steps"][number]): string {
  const time = status === "not-run" ? "" : duration(durationMs);
  return `  ${marks[status] ?? "?"} ${id.padEnd(24)} ${time.padStart(8)}  ${pc.dim(status)}`;
}

function verdict({ runbook, status, durationMs }: RunDocument): string {
  const color = status === "completed" ? pc.green : status === "failed" ? pc.red : pc.yellow;
  return `${pc.bold(runbook)} ${color(status)} in ${duration(durationMs)}`;
}

function trafficLines(traffic: Traffic): string[] {
  const { clients, writes, reads, errors, lostWrites, duplicatedWrites } = traffic;
  const { longestStallMs, longestStallDuring, longestWaitMs, p99Ms, p999Ms } = traffic;
  const during = longestStallDuring === undefined ? "" : ` (${longestStallDuring})`;
  const safe = lostWrites === 0 && duplicatedWrites === 0;
  return [
    `${count(writes)} writes acknowledged and ${count(reads)} reads by ${clients} clients: ${(safe ? pc.green : pc.red)(`${lostWrites} lost, ${duplicatedWrites} duplicated`)}`,
    [
      `longest stall ${duration(longestStallMs)}${during}`,
      ...(longestWaitMs === undefined ? [] : [`longest wait ${duration(longestWaitMs)}`]),
      `p99 ${duration(p99Ms)}`,
      ...(p999Ms === undefined ? [] : [`p99.9 ${duration(p999Ms)}`]),
      `${count(errors)} requests refused`,
    ].join(", "),
  ];
}

function endpointLines({ endpoints }: RunDocument): string[] {
  return [
    "The twin is still running; any client can join:",
    ...Object.entries(endpoints ?? {}).map(endpointLine),
    "Stop it with `npx godwit twin down`.",
  ];
}

function endpointLine([name, endpoint]: [string, Endpoint]): string {
  const { host, port, tls, serverName, password, ca } = endpoint;
  if (!name.startsWith("redis")) return `  ${name.padEnd(13)} ${host}:${port}`;
  const auth = password ? `REDISCLI_AUTH='${password}' ` : "";
  const secure = tls ? ` --tls --sni ${serverName} --cacert ${ca}` : "";
  return `  ${name.padEnd(13)} ${auth}redis-cli -h ${host} -p ${port}${secure}`;
}
