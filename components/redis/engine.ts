/** Where every client finds the server: the service's own port for Redis. */
export const REDIS_PORT = 6379;

/** Parameter family of the engine versions that `providerEngineVersion` accepts. */
export const PARAMETER_FAMILY = "redis7";

/** Versions that can require TLS from the start (7.0.5) and take a `redis7` parameter group. */
export const ENGINE_VERSION = /^7\.\d+(\.\d+)?$/;

/** The version as the provider wants it from 7 on: `7.1.0` and `7.1` both give `7.1`. */
export function providerEngineVersion(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}
