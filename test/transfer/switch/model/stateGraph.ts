/** A growing list of numbers without boxes. */
class Numbers {
  #values = new Int32Array(1 << 16);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }
}

/** The states found so far, by number in the order of their discovery, and the steps between them. */
export class StateGraph {
  readonly #numbers = new Map<string, number>();
  readonly #parents = new Numbers();
  readonly #targets = new Numbers();
  /** Where the steps of each state end in `#targets`. */
  readonly #ends = new Numbers();
  readonly #good: boolean[] = [];

  get size(): number {
    return this.#parents.length;
  }

  get steps(): number {
    return this.#targets.length;
  }

  /** The number of this state, which is new if it equals the size before. */
  add(key: string, parent: number): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.size;
    this.#numbers.set(key, number);
    this.#parents.push(parent);
    return number;
  }

  find(key: string): number | undefined {
    return this.#numbers.get(key);
  }

  /** Adds a step from the state that is being visited. */
  step(to: number): void {
    this.#targets.push(to);
  }

  /** The state being visited, the next in order, has no more steps. `good`: here all is done, or we do not look further. */
  end(good: boolean): void {
    this.#ends.push(this.#targets.length);
    this.#good.push(good);
  }

  /** The numbers on the first way that led to a state. */
  wayTo(number: number): number[] {
    const way: number[] = [];
    for (let at = number; at >= 0; at = this.#parents.at(at)) way.unshift(at);
    return way;
  }

  /** The first state from which no good one can be reached. */
  firstStuck(): number | undefined {
    const reaches = Uint8Array.from(this.#good, Number);
    // Steps mostly lead to later states, so going backwards settles nearly all of them in a pass or two.
    for (let changed = true; changed;) {
      changed = false;
      for (let state = this.#good.length - 1; state >= 0; state--) {
        if (reaches[state] || !this.#reachesOne(state, reaches)) continue;
        reaches[state] = 1;
        changed = true;
      }
    }
    const stuck = reaches.indexOf(0);
    return stuck < 0 ? undefined : stuck;
  }

  #reachesOne(state: number, reaches: Uint8Array): boolean {
    const end = this.#ends.at(state);
    for (let at = state === 0 ? 0 : this.#ends.at(state - 1); at < end; at++)
      if (reaches[this.#targets.at(at)]) return true;
    return false;
  }
}
