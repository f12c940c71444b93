/** Bounds what is under way at once: whoever would exceed it waits, in the order of asking. */
export class Budget {
  readonly #limit: number;
  readonly #waiting: { readonly amount: number; readonly go: () => void }[] = [];
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` when there is room for `amount`; what is larger than the limit runs alone. */
  async within<T>(amount: number, work: () => Promise<T>): Promise<T> {
    await this.#take(amount);
    try {
      return await work();
    } finally {
      this.#used -= amount;
      this.#admit();
    }
  }

  async #take(amount: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(amount)) this.#used += amount;
    else await new Promise<void>((go) => this.#waiting.push({ amount, go }));
  }

  #admit(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (!next || !this.#fits(next.amount)) return;
      this.#waiting.shift();
      this.#used += next.amount;
      next.go();
    }
  }

  #fits(amount: number): boolean {
    return this.#used === 0 || this.#used + amount <= this.#limit;
  }
}
