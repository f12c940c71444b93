import { resultOf } from "../../processes.ts";
import type { CopyDone, CopyJob } from "../processes/copy.ts";
import type { Mover } from "./mover.ts";

const COPY = new URL("../processes/copy.ts", import.meta.url);

/** Ours. The start of its process is not counted: the mover is one that has been running. */
export function godwit(throttle: boolean): Mover {
  return {
    name: "godwit",
    copy: async (source, target) => {
      const job: CopyJob = { source: source.address, target: target.address, throttle };
      const { seconds, ...use } = await resultOf<CopyDone>(COPY, job);
      return { seconds, use };
    },
  };
}
