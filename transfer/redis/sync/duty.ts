/**
 * What a live copy does at the moment. `applying`: it brings to the target what it hears of. `noting`: it keeps what it
 * hears for later. `listening`: it drops what it hears.
 */
export type Duties = "applying" | "noting" | "listening";

/** The one valve before the target: whatever writes there does it by `perform`, and only while the duty is to apply. */
export class Duty {
  #now: Duties;
  #underWay = 0;
  #waiting: (() => void)[] = [];
  #resting: (() => void)[] = [];

  constructor(first: Duties) {
    this.#now = first;
  }

  get now(): Duties {
    return this.#now;
  }

  /** Whether what is heard counts. */
  get hears(): boolean {
    return this.#now !== "listening";
  }

  /** Resolves when the duty is to apply. */
  async toApply(): Promise<void> {
    while (this.#now !== "applying") {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Does what writes to the target, as soon as that is allowed. */
  async perform<T>(work: () => Promise<T>): Promise<T> {
    while (this.#now !== "applying") await this.toApply();
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) wake(this.#resting);
    }
  }

  apply(): void {
    this.#now = "applying";
    wake(this.#waiting);
  }

  /** From this call on nothing begins to write, and what is heard is kept. Resolves when nothing writes any more. */
  async note(): Promise<void> {
    this.#now = "noting";
    while (this.#underWay > 0) {
      await new Promise<void>((resolve) => this.#resting.push(resolve));
    }
  }
}

function wake(sleepers: (() => void)[]): void {
  for (const resolve of sleepers.splice(0)) resolve();
}
