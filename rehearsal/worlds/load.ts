import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Command } from "./keyspace.ts";

/** Commands written at a time: large enough to be fast, small enough not to hold a whole keyspace in memory. */
const CHUNK_BYTES = 1 << 20;

/**
 * Sends the commands to a plaintext Redis in one pipeline, as an application without a password.
 * Rejects when any of them failed.
 */
export async function load(host: string, port: number, commands: Iterable<Command>): Promise<void> {
  const child = spawn("redis-cli", ["-h", host, "-p", String(port), "--pipe"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(child, "close") as Promise<[number | null]>;
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  for (const chunk of chunks(commands)) {
    if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, "drain"), ended]);
  }
  child.stdin.end();
  const [code] = await ended;
  const [out, err] = await output;
  if (code === 0 && /errors: 0,/.test(out)) return;
  throw new Error(`The keyspace could not be loaded into ${host}:${port}: ${out}${err}`);
}

function* chunks(commands: Iterable<Command>): Generator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for (const command of commands) {
    const encoded = encode(command);
    parts.push(encoded);
    bytes += encoded.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  yield Buffer.concat(parts);
}

/** A command in the Redis protocol. */
function encode(command: Command): Buffer {
  if (!command.some((part) => Buffer.isBuffer(part))) {
    let encoded = `*${command.length}\r\n`;
    for (const part of command) {
      const value = String(part);
      encoded += `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
    }
    return Buffer.from(encoded);
  }
  const parts: Buffer[] = [Buffer.from(`*${command.length}\r\n`)];
  for (const part of command) {
    const value = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    parts.push(Buffer.from(`$${value.length}\r\n`), value, Buffer.from("\r\n"));
  }
  return Buffer.concat(parts);
}
