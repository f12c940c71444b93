import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as driver from "../../automation/stack/update.ts";
import { preflight } from "../../runbooks/preflight/index.ts";
import { askTwin, readControl } from "../../rehearsal/control/client.mjs";
import { downAll, start, type LiveTwin } from "../../rehearsal/index.ts";
import type { Properties } from "../../rehearsal/clouds/world.ts";

const STACK = "rehearsal";

/** The twin of a target's world for the tests of a suite, on which the real engine builds the target. */
export class TargetTwin {
  readonly #world: string;
  #twin: LiveTwin | undefined;

  /** Call it in a suite, outside its tests. */
  constructor(world: string) {
    this.#world = world;
    const home = mkdtempSync(join(tmpdir(), `godwit-${world}-`));
    before(async () => {
      const options = { home, world, scale: "tiny", seed: 1, faults: [], traffic: false };
      this.#twin = await start(options);
    });
    after(async () => {
      await downAll(home);
      rmSync(home, { recursive: true, force: true });
    });
  }

  get live(): LiveTwin {
    return this.#twin!;
  }

  /** What an update of the target's stack is asked with. */
  get request(): driver.UpdateRequest {
    return { environment: this.live.environment, stack: STACK };
  }

  /** What `godwit up` does: it looks, then updates. */
  async update(): Promise<driver.Update> {
    await preflight(this.#world, { ...this.request, note: (line) => expect.fail(line) });
    return await driver.up(this.request);
  }

  /** Asks the stand-in provider for one resource, as the engine does. */
  resource<Answer>(verb: string, type: string, inputs: Properties): Promise<Answer> {
    return askTwin<Answer>(readControl(this.live.dir), `/resources/${verb}`, {
      ...{ type, name: "test", id: "", inputs, state: {} },
    });
  }
}
