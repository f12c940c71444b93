import { once } from "node:events";
import { connect } from "node:net";
import { forEachAtMost } from "../../../transfer/relay/pool.ts";
import { ended, readTask } from "../../redis/processes/stdio.ts";

/** Clients that have each asked once and then wait. Tells how many there are when all have been answered. */
export interface IdleJob {
  readonly port: number;
  readonly connections: number;
}

const AT_ONCE = 64;

const { job, tell, lines } = await readTask<IdleJob>();
await forEachAtMost(AT_ONCE, Array.from({ length: job.connections }), async () => {
  const socket = connect({ host: "127.0.0.1", port: job.port });
  socket.write("*1\r\n$4\r\nPING\r\n");
  await once(socket, "data");
});
tell(job.connections);
await ended({ lines });
process.exit();
