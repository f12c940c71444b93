import type { ChildProcess } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../clouds/world.ts";
import { bundleOf } from "./bundle.ts";

/** A process of the twin that is spoken to by messages. */
export interface Child<ToChild, FromChild> {
  readonly process: ChildProcess;
  send(message: ToChild): void;
  /** Calls `listen` for each message that comes. */
  onMessage(listen: (message: FromChild) => void): void;
  /**
   * The next message that `accept` takes.
   * @throws Error when the process ends first, or after `deadlineMs`.
   */
  next<M extends FromChild>(accept: (m: FromChild) => m is M, deadlineMs: number): Promise<M>;
}

/**
 * Starts the TypeScript file `script` as a process of the twin. It must end when the channel
 * closes, so that nothing outlives the twin; its error output goes to `<dir>/<name>.log`.
 * `env` may hold secrets; `args` must not.
 */
export async function startChild<ToChild extends object, FromChild extends object>(
  world: Pick<World, "dir" | "processes" | "guestEnv">,
  name: string,
  script: URL,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Child<ToChild, FromChild>> {
  const program = await bundleOf(world.dir, script);
  const log = openSync(join(world.dir, `${name}.log`), "a", 0o600);
  const child = world.processes.start(name, process.execPath, [program, ...args], {
    env: { PATH: process.env["PATH"], ...world.guestEnv, ...env },
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return {
    process: child,
    send: (message) => void (child.connected && child.send(message)),
    onMessage: (listen) => void child.on("message", listen),
    next: (accept, deadlineMs) => nextMessage(child, name, accept, deadlineMs),
  };
}

function nextMessage<Message extends object, M extends Message>(
  child: ChildProcess,
  name: string,
  accept: (message: Message) => message is M,
  deadlineMs: number,
): Promise<M> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit);
      settle();
    };
    const fail = (why: string) => end(() => reject(new Error(`${name} ${why}; see ${name}.log.`)));
    const onMessage = (message: object) => {
      if (accept(message as Message)) end(() => resolve(message as M));
    };
    const onExit = () => fail("ended before it answered");
    const timer = setTimeout(() => fail(`did not answer within ${deadlineMs} ms`), deadlineMs);
    child.on("message", onMessage).on("exit", onExit);
    if (child.exitCode !== null || child.signalCode !== null) onExit();
  });
}
