import { get } from "node:http";
import { connect } from "node:net";
import type { HealthCheck } from "./messages.ts";

/** Looks at a target once, on a connection of its own, from the balancer's address `from`. */
export function passesCheck(
  check: HealthCheck,
  { host, port }: { readonly host: string; readonly port: number },
  from: string,
): Promise<boolean> {
  const place = { host, port, localAddress: from };
  return check.protocol === "HTTP" ? answers(place, check) : accepts(place, check.timeoutMs);
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly localAddress: string;
}

function answers(place: Place, { path, matcher, timeoutMs }: HealthCheck): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = get({ ...place, path, agent: false, signal }, (response) => {
      response.resume();
      resolve(matches(matcher, response.statusCode ?? 0));
    });
    request.on("error", () => resolve(false));
  });
}

function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return status >= first! && status <= last!;
  });
}

function accepts(place: Place, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(place);
    const end = (passed: boolean) => {
      socket.destroy();
      resolve(passed);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
