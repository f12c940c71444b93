interface OpenArray<T> {
  readonly items: (T | T[])[];
  missing: number;
}

/** Puts the elements of a reply, as they come one by one, together to whole values. */
export class Nesting<T> {
  readonly #emit: (whole: T) => void;
  readonly #open: OpenArray<T>[] = [];

  /** @param emit gets each whole value, in order; `T` holds arrays of itself. */
  constructor(emit: (whole: T) => void) {
    this.#emit = emit;
  }

  /** An array begins, whose next `length` elements are delivered after it; below 0 it is none. */
  array(length: number): void {
    if (length < 0) this.deliver(null as T);
    else if (length === 0) this.deliver([] as T);
    else this.#open.push({ items: [], missing: length });
  }

  deliver(value: T): void {
    let whole = value;
    for (;;) {
      const array = this.#open.at(-1);
      if (!array) return this.#emit(whole);
      array.items.push(whole);
      array.missing -= 1;
      if (array.missing > 0) return;
      this.#open.pop();
      whole = array.items as T;
    }
  }
}
