import type { Waiver } from "../waiver.ts";
import { cdn } from "./cdn.ts";
import { hipaa } from "./hipaa.ts";
import { redis } from "./redis.ts";

/** The waivers of each target; one without any has none. */
export const waivers: Readonly<Record<string, readonly Waiver[]>> = { redis, cdn, hipaa };
