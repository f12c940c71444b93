import { spawnSync } from "node:child_process";
import { expect } from "chai";

/** Somebody else's program, by which tests check what we make for it. */
export class RealProgram {
  public readonly name: string;
  public readonly isThere: boolean;

  constructor(name: string) {
    this.name = name;
    this.isThere = spawnSync(name, ["--version"]).error === undefined;
  }

  /** A test that the program itself decides; where it is not on the PATH, the test says that it checked nothing. */
  it(title: string, check: () => void | Promise<void>): void {
    if (this.isThere) it(`${title} (by the real ${this.name})`, check);
    else it.skip(`NOT CHECKED, ${this.name} is not on the PATH: ${title}`);
  }

  /** Tests that the program itself is part of. */
  describe(title: string, suite: () => void): void {
    if (this.isThere) describe(`${title} (in the real ${this.name})`, suite);
    else this.it(title, () => undefined);
  }

  /** Fails with what the program says unless it ends with 0. */
  accepts(...args: string[]): void {
    const { status, stdout, stderr } = spawnSync(this.name, args, { encoding: "utf8" });
    expect(status, stdout + stderr).to.equal(0);
  }
}
