import { blockingCommand, type BlockingCommand } from "./blocking.ts";
import type { Kind } from "./commands.ts";
import type { Answer } from "./flight.ts";
import type { Link } from "./link.ts";
import { clientCommand, helloCommand } from "./properties.ts";
import type { ClientState } from "./state.ts";
import { encode, lower, sign } from "./wire.ts";

/** What a request with a meaning for the relay is taken by, on its way up. */
export interface SpecialContext {
  readonly state: ClientState;
  readonly link: Link;
  /** The relay's own AUTH, when this upstream wants one. */
  readonly credentials: Buffer | undefined;
  /** The request is about to be forwarded and will block. */
  block(command: BlockingCommand): void;
  /** A transaction is answered nil in place of being executed. */
  brokenWatch(): void;
}

/** Bytes instead of the request, or after it. */
export interface Detour {
  readonly instead?: Buffer;
  readonly after?: Buffer;
}

type Handler = (context: SpecialContext, args: readonly Buffer[]) => Detour | undefined;

const plain: Answer = { judge: () => "forward" };
/** A request of the relay's own whose answer does not matter. */
const unheeded: Answer = { judge: () => "drop" };
const DISCARD = encode(["DISCARD"]);
const NIL = { 2: Buffer.from("*-1\r\n"), 3: Buffer.from("_\r\n") } as const;

/** Passes the reply on and acts when it is no error. */
function whenGood(act: () => void): Answer {
  return {
    judge: (reply) => {
      if (reply.type !== sign.error && reply.type !== sign.blobError) act();
      return "forward";
    },
  };
}

/** Takes a special request that is about to be forwarded: says how its reply is to be taken. Undefined: as it came. */
export function takeSpecial(
  context: SpecialContext,
  kind: Kind,
  args: readonly Buffer[],
): Detour | undefined {
  const { state, link } = context;
  const skipped = state.oneShot?.answered === false;
  state.oneShot = undefined;
  const answered = isReplyOn(args) || (kind === "reset" && !skipped);
  if ((state.silent || skipped) && !answered) return takeSilently(context, kind, args);
  if (state.inTransaction && !ENDS_TRANSACTION.has(kind)) {
    if (CHANGES_CLIENT.has(kind)) state.uncarryable ??= "unknown";
    link.flight.expect(plain);
    return undefined;
  }
  return HANDLERS[kind](context, args);
}

const ENDS_TRANSACTION: ReadonlySet<Kind> = new Set<Kind>(["multi", "exec", "discard", "reset"]);
/** In a transaction they take effect at its end, which is not looked into. */
// prettier-ignore
const CHANGES_CLIENT: ReadonlySet<Kind> = new Set<Kind>(["select", "auth", "hello", "client", "subscribe", "unsubscribe", "monitor"]);

/** A client that wants no replies: what its command did to its state is not known. */
function takeSilently(
  context: SpecialContext,
  kind: Kind,
  args: readonly Buffer[],
): Detour | undefined {
  const { state, link } = context;
  link.unproven = true;
  if (kind === "exec" && state.inTransaction && state.watchBroken) {
    state.inTransaction = false;
    state.watchBroken = false;
    context.brokenWatch();
    return { instead: DISCARD };
  }
  if (kind === "multi") state.inTransaction = true;
  else if (kind === "exec" || kind === "discard") state.inTransaction = false;
  else if (kind === "client" && lower(args[1]) === "reply") clientCommand(state, args);
  else state.uncarryable ??= "unknown";
  return undefined;
}

function isReplyOn(args: readonly Buffer[]): boolean {
  return lower(args[0]) === "client" && lower(args[1]) === "reply" && lower(args[2]) === "on";
}

const HANDLERS: Readonly<Record<Kind, Handler>> = {
  multi: ({ state, link }) => {
    const nested = state.inTransaction;
    state.inTransaction = true;
    link.flight.expect({
      judge: (reply) => {
        if (reply.type === sign.error && !nested) state.inTransaction = false;
        return "forward";
      },
    });
    return undefined;
  },
  exec: (context) => {
    const { state, link } = context;
    const inTransaction = state.inTransaction;
    state.inTransaction = false;
    if (inTransaction && state.watchBroken) return breakTransaction(context);
    link.flight.expect(inTransaction ? endOfWatch(state) : plain);
    return undefined;
  },
  discard: ({ state, link }) => {
    state.watchBroken &&= !state.inTransaction;
    state.inTransaction = false;
    link.flight.expect(whenGood(() => (state.watching = false)));
    return undefined;
  },
  watch: ({ state, link }) => {
    link.flight.expect(whenGood(() => (state.watching = true)));
    return undefined;
  },
  unwatch: ({ state, link }) => {
    state.watchBroken = false;
    link.flight.expect(whenGood(() => (state.watching = false)));
    return undefined;
  },
  select: ({ state, link }, args) => {
    const database = Number(args[1]?.toString("latin1"));
    link.flight.expect(whenGood(() => (state.database = database)));
    return undefined;
  },
  auth: ({ state, link }, args) => {
    const credentials = args.slice(1).map((arg) => Buffer.from(arg));
    link.flight.expect(whenGood(() => (state.auth = credentials)));
    return undefined;
  },
  hello: ({ state, link }, args) => {
    link.flight.expect(whenGood(helloCommand(state, args)));
    return undefined;
  },
  client: ({ state, link }, args) => {
    const effect = clientCommand(state, args);
    if (effect === "unanswered") link.unproven = true;
    else link.flight.expect(effect ? whenGood(effect) : plain);
    return undefined;
  },
  reset: ({ state, link, credentials }) => {
    state.inTransaction = false;
    state.silent = false;
    link.flight.expect(whenGood(() => state.reset()));
    if (credentials === undefined) return undefined;
    link.flight.expect(unheeded);
    return { after: credentials };
  },
  blocking: (context, args) => {
    const command = blockingCommand(args);
    if (command) context.block(command);
    else context.link.flight.expect(plain);
    return undefined;
  },
  subscribe: subscription,
  unsubscribe: subscription,
  monitor: ({ state, link }) => {
    link.flight.expect(
      whenGood(() => {
        state.monitoring = true;
        state.uncarryable = "monitor";
      }),
    );
    return undefined;
  },
  replication: ({ state, link }) => {
    state.uncarryable = "replication";
    link.opaque = true;
    return undefined;
  },
  script: ({ link }) => {
    link.flight.expect(plain);
    return undefined;
  },
};

/** EXEC ends the watching, whatever its answer. */
function endOfWatch(state: ClientState): Answer {
  return {
    judge: () => {
      state.watching = false;
      return "forward";
    },
  };
}

/** EXEC after a switch of what was watched before it: nothing is executed, and the answer is nil. */
function breakTransaction({ state, link, brokenWatch }: SpecialContext): Detour {
  brokenWatch();
  state.watchBroken = false;
  link.flight.expect({
    judge: (reply) => {
      state.watching = false;
      return reply.type === sign.error ? "forward" : NIL[state.protocol];
    },
  });
  return { instead: DISCARD };
}

function subscription({ state, link }: SpecialContext, args: readonly Buffer[]): undefined {
  const command = lower(args[0]);
  const names = args.slice(1).map((name) => Buffer.from(name));
  const { subscriptions } = state;
  link.flight.expect({
    judge: () => "forward",
    acks: () => subscriptions.acks(command, names),
    acked: () => subscriptions.apply(command, names),
  });
  return undefined;
}
