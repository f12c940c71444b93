import type { TwinWorld } from "../twin/twinWorld.ts";

export interface BuildOptions {
  /** False: everything but the live traffic. */
  readonly traffic: boolean;
  onProgress(line: string): void;
}

/** Fills a world with its clouds, data and application: the source worlds by name. */
export async function buildWorld(world: TwinWorld, options: BuildOptions): Promise<void> {
  switch (world.settings.world) {
    case "redis-encryption":
      return (await import("./redisEncryption.ts")).build(world, options);
    case "cdn":
      return (await import("./cdn.ts")).build(world);
    case "web":
      return (await import("./web.ts")).build(world);
    case "hetzner":
      return (await import("./hetzner.ts")).build(world);
    case "hipaa":
      return (await import("./hipaa.ts")).build(world);
    default:
      throw new Error(`There is no world ${world.settings.world}.`);
  }
}
