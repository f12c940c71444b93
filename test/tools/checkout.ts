import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A made-up checkout in a temporary folder, with a PATH of its own. */
export class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), "godwit-tools-"));
  readonly #path = process.env["PATH"];

  constructor() {
    process.env["PATH"] = join(this.root, "path");
  }

  write(file: string, content: string): string {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** Puts a shell script where it will be found as a program. */
  program(file: string, script: string): string {
    const path = this.write(file, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  remove(): void {
    process.env["PATH"] = this.#path;
    rmSync(this.root, { recursive: true, force: true });
  }
}
