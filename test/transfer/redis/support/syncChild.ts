import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { LiveSync, type LiveSyncOptions } from "../../../../transfer/redis/sync.ts";

/** What a process that copies is told: a test starts it, kills it, and starts the next. */
export interface SyncOrder extends Pick<LiveSyncOptions, "source" | "target" | "tail"> {
  /** Where the checkpoint is kept. */
  readonly file: string;
}

const order = JSON.parse(process.argv[2]!) as SyncOrder;
const live = await LiveSync.start({
  ...order,
  throttle: false,
  checkpoint: kept(),
  onCheckpoint: (checkpoint) => {
    writeFileSync(`${order.file}.new`, JSON.stringify(checkpoint));
    renameSync(`${order.file}.new`, order.file);
  },
});
process.send!("started");
process.on("message", () => {
  void live.drain().then(() => process.send!("drained"));
});

function kept(): LiveSyncOptions["checkpoint"] {
  try {
    return JSON.parse(readFileSync(order.file, "utf8")) as LiveSyncOptions["checkpoint"];
  } catch {
    return undefined; // The first of them finds none.
  }
}
