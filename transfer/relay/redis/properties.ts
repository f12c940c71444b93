import type { ClientState } from "./state.ts";
import { encode, lower } from "./wire.ts";

/** What becomes of the state when the server has said yes; undefined for a subcommand that changes nothing. */
export type Effect = (() => void) | undefined;

/** CLIENT …: its effect once acknowledged, or "unanswered" for what gets no reply. */
export function clientCommand(state: ClientState, args: readonly Buffer[]): Effect | "unanswered" {
  const subcommand = lower(args[1]);
  switch (subcommand) {
    case "setname":
    case "no-evict":
    case "no-touch":
      return setting(state, subcommand, args);
    case "setinfo":
      return setting(state, `setinfo ${lower(args[2])}`, args);
    case "tracking":
      return trackingCommand(state, args);
    case "caching":
      state.oneShot = { request: encode(args), answered: true };
      return undefined;
    case "reply":
      return replyCommand(state, args);
    default:
      return undefined;
  }
}

/** HELLO: the protocol version, and AUTH and SETNAME within it. */
export function helloCommand(state: ClientState, args: readonly Buffer[]): () => void {
  const protocol = lower(args[1]) === "3" ? 3 : 2;
  const options = args.map((arg) => lower(arg));
  const auth = options.indexOf("auth", 2);
  const name = options.indexOf("setname", auth > 0 ? auth + 3 : 2);
  const credentials = auth > 0 ? args.slice(auth + 1, auth + 3).map((arg) => Buffer.from(arg)) : [];
  const setName = name > 0 ? encode(["CLIENT", "SETNAME", args[name + 1] ?? ""]) : undefined;
  return () => {
    if (args.length > 1) state.protocol = protocol;
    if (credentials.length === 2) state.auth = credentials;
    if (setName) state.settings.set("setname", setName);
  };
}

function setting(state: ClientState, name: string, args: readonly Buffer[]): Effect {
  const request = encode(args);
  return () => state.settings.set(name, request);
}

function trackingCommand(state: ClientState, args: readonly Buffer[]): Effect {
  const options = args.map((arg) => lower(arg));
  const request = encode(args);
  if (options[2] !== "on")
    return () => {
      state.tracking = "off";
      state.settings.delete("tracking");
    };
  // Invalidations go to another connection, whose number is the old server's.
  const redirect = options.indexOf("redirect", 3);
  const redirected = redirect > 0 && options[redirect + 1] !== "0";
  return () => {
    if (redirected) state.uncarryable = "redirect";
    state.tracking = options.includes("bcast", 3) ? "prefixes" : "keys";
    state.settings.set("tracking", request);
  };
}

function replyCommand(state: ClientState, args: readonly Buffer[]): Effect | "unanswered" {
  switch (lower(args[2])) {
    case "on":
      state.silent = false;
      return undefined;
    case "off":
      state.silent = true;
      return "unanswered";
    case "skip":
      if (!state.silent) state.oneShot = { request: encode(args), answered: false };
      return "unanswered";
    default:
      return undefined;
  }
}
