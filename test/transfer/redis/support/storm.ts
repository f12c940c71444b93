import { setTimeout as delay } from "node:timers/promises";
import {
  RedisConnection,
  type Command,
  type RedisAddress,
} from "../../../../transfer/redis/connection.ts";
import { LiveSync, type SyncCheckpoint, type Tail } from "../../../../transfer/redis/sync.ts";
import type { Proxy } from "./proxy.ts";
import { Random } from "./random.ts";
import { randomCommands } from "./randomCommands.ts";

const WRITERS = 3;
/** Commands in one write of a writer. */
const PIPELINE = 250;

export interface Storm {
  readonly seed: number;
  readonly commands: number;
  readonly tail: Tail;
  /** Where the writers write. */
  readonly source: RedisAddress;
  /** By which the live copy reaches both servers. */
  readonly links: { readonly source: Proxy; readonly target: Proxy };
  /** Rest between disturbances, in ms. */
  readonly restMs: number;
}

/**
 * Several clients write at random while a live copy runs whose links are cut and clients killed, and which is itself
 * stopped and started again with its checkpoint. Returns the live copy when all has been written.
 */
export async function storm(options: Storm): Promise<LiveSync> {
  const random = new Random(options.seed);
  const copy = new RestartedCopy(options);
  await copy.start();
  let writing = true;
  const written = writeAtRandom(options, "upheavals").finally(() => (writing = false));
  while (writing) {
    await Promise.race([written, delay(random.below(2 * options.restMs))]);
    if (writing) await disturb(random, options, copy);
  }
  await written;
  return copy.live;
}

/** Several clients write at random; without `upheavals` nothing that changes whole databases. */
export async function writeAtRandom(
  { source, commands, seed, tail }: Omit<Storm, "links" | "restMs">,
  upheavals?: "upheavals",
): Promise<void> {
  const clients = await Promise.all(Array.from({ length: WRITERS }, () => own(source)));
  const share = Math.ceil(commands / WRITERS);
  const writers = clients.map((client, i) => {
    const random = new Random(seed + i + (upheavals ? 1 : 1 + WRITERS));
    const all = randomCommands(random, share, upheavals);
    // It caches its answer in the value that it counts, and sends no event.
    const unseen = tail === "notifications" ? "PFCOUNT" : undefined;
    return write(
      client,
      all.filter(([name]) => name !== unseen),
    );
  });
  await Promise.all(writers);
}

/** A connection of the test's own, which `killOne` spares. */
async function own(server: RedisAddress): Promise<RedisConnection> {
  const connection = await RedisConnection.open(server);
  await connection.ask("CLIENT", "SETNAME", "test");
  return connection;
}

async function write(client: RedisConnection, commands: readonly Command[]): Promise<void> {
  for (let at = 0; at < commands.length; at += PIPELINE) {
    await client.batch(commands.slice(at, at + PIPELINE));
  }
  client.close();
}

async function disturb(random: Random, { links }: Storm, copy: RestartedCopy): Promise<void> {
  switch (random.below(5)) {
    case 0:
      return links.source.cut();
    case 1:
      return links.target.cut();
    case 2:
      return await killOne(random, links.source);
    case 3:
      return await killOne(random, links.target);
    default:
      return await copy.restart();
  }
}

/** Ends one of our clients, whichever it is, at the server. */
async function killOne(random: Random, link: Proxy): Promise<void> {
  const admin = await own(link.upstream);
  const clients = String(await admin.ask("CLIENT", "LIST")).matchAll(/^id=(\d+).* name=godwit /gm);
  const ids = [...clients].map(([, id]) => id!);
  if (ids.length > 0) await admin.send(["CLIENT", "KILL", "ID", random.oneOf(ids)]);
  admin.close();
}

/** A live copy that may be ended at any moment, and goes on from what it saved. */
class RestartedCopy {
  readonly #options: Storm;
  #live: LiveSync | undefined;
  #checkpoint: SyncCheckpoint | undefined;

  constructor(options: Storm) {
    this.#options = options;
  }

  get live(): LiveSync {
    return this.#live!;
  }

  async start(): Promise<void> {
    const { links, tail } = this.#options;
    this.#live = await LiveSync.start({
      source: links.source.address,
      target: links.target.address,
      tail,
      throttle: false,
      checkpoint: this.#checkpoint,
      onCheckpoint: (checkpoint) => {
        this.#checkpoint = JSON.parse(JSON.stringify(checkpoint)) as SyncCheckpoint;
      },
    });
  }

  async restart(): Promise<void> {
    await this.live.stop();
    await this.start();
  }
}
