import { chmod, cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../automation/home.ts";

const SOURCES = [
  ...["appkit", "automation", "bin", "components", "rehearsal", "runbooks", "tools", "transfer"],
  ...[
    "index.ts",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "Pulumi.yaml",
    "Pulumi.staging.yaml",
  ],
];

/** A copy of this checkout in which nothing was set up but the dependencies. */
export class CopiedCheckout {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async create(): Promise<CopiedCheckout> {
    const root = await mkdtemp(join(tmpdir(), "godwit-checkout-"));
    await chmod(root, 0o755);
    for (const name of SOURCES) {
      await cp(join(projectRoot, name), join(root, name), { recursive: true });
    }
    await symlink(join(projectRoot, "node_modules"), join(root, "node_modules"));
    return new CopiedCheckout(root);
  }

  get bin(): string {
    return join(this.root, "bin", "godwit.mjs");
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
