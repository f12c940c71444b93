import type { AddressInfo } from "node:net";
import { connectForRequests, connectForWorker } from "./connections.ts";
import { createHttpServer, drainHttpServer } from "./http.ts";
import { JobQueue } from "./jobs.ts";
import { errorDigest, type Log } from "./log.ts";
import { createRoutes } from "./routes.ts";
import type { AppSettings } from "./settings.ts";
import { Worker } from "./worker.ts";

export interface Application {
  readonly url: string;
  /** Accepts nothing more, ends what has begun, returns the jobs in hand. */
  stop(): Promise<void>;
}

/** Starts the interface and its workers. Listens at once; `/health` tells whether the data server answers. */
export async function startApplication(settings: AppSettings, log: Log): Promise<Application> {
  const redis = connectForRequests(settings, log);
  const jobs = new JobQueue(redis);
  const failed = errorDigest(log, "Redis command of a request failed");
  const server = createHttpServer(createRoutes(redis, jobs, settings), failed);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.PORT, settings.HOST, resolve);
  });
  const workers = startWorkers(settings, jobs, log);
  const { port } = server.address() as AddressInfo;
  const url = `http://${settings.HOST}:${port}`;
  log.info("listening", { url, workers: workers.length });

  return {
    url,
    async stop() {
      await Promise.all([drainHttpServer(server), ...workers.map((worker) => worker.stop())]);
      redis.disconnect();
    },
  };
}

function startWorkers(settings: AppSettings, jobs: JobQueue, log: Log): Worker[] {
  return Array.from({ length: settings.WORKERS }, (_, index) => {
    const name = `${settings.HOSTNAME}-${process.pid}-${index}`;
    const worker = new Worker(name, connectForWorker(settings, name, log), jobs, log);
    worker.start();
    return worker;
  });
}
