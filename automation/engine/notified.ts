import pg from "pg";

const LOOK_EVERY_MS = 1_000;

/**
 * Calls `look` until it finds something, and returns that: at once, whenever the database notifies `channel` of
 * `about`, and once a second in case a notification was lost. Rejects with the signal's reason when it is aborted.
 */
export async function untilFound<T>(
  url: string,
  { channel, about, signal }: { channel: string; about: string; signal?: AbortSignal },
  look: () => Promise<T | undefined>,
): Promise<T> {
  const listener = new pg.Client({ connectionString: url });
  let wakeUp: () => void = () => undefined;
  const wake = () => wakeUp();
  listener.on("notification", ({ payload }) => payload === about && wake());
  // The look itself meets a database that is lost, and says so.
  listener.on("error", () => undefined);
  signal?.addEventListener("abort", wake);
  await listener.connect();
  try {
    await listener.query(`listen ${channel}`);
    for (;;) {
      const notified = new Promise<void>((resolve) => (wakeUp = resolve));
      signal?.throwIfAborted();
      const found = await look();
      if (found !== undefined) return found;
      await firstOf(notified, LOOK_EVERY_MS);
    }
  } finally {
    signal?.removeEventListener("abort", wake);
    await listener.end();
  }
}

/** Resolves when `notified` does, or after `ms`. */
export async function firstOf(notified: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const later = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([notified, later]);
  clearTimeout(timer);
}
