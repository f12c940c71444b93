import type { Step } from "./protocol.ts";

interface TimerAction {
  readonly type: "startTimer" | "stopTimer";
  readonly timer: string;
  readonly ms?: number;
}

/** What a machine asks of the world besides timers. */
export type Deed<Action> = Exclude<Action, { readonly type: "startTimer" | "stopTimer" }>;

/**
 * Runs a machine: events in, deeds out, one at a time. It keeps the timers by the monotonic clock; one that is overdue,
 * because the process stood still, fires before whatever came later, so that nothing is done on an expired lease.
 */
export class Actor<
  State,
  Event extends { readonly type: string },
  Action extends { type: string },
> {
  #state: State;
  readonly #step: (state: State, event: Event) => Step<State, Action>;
  readonly #perform: (deed: Deed<Action>) => void;
  readonly #due = new Map<string, number>();
  readonly #events: Event[] = [];
  #busy = false;
  #alarm: NodeJS.Timeout | undefined;

  /** `perform` starts a deed and returns at once; what comes of it is told by `tell`. It must not throw. */
  constructor(
    state: State,
    step: (state: State, event: Event) => Step<State, Action>,
    perform: (deed: Deed<Action>) => void,
  ) {
    this.#state = state;
    this.#step = step;
    this.#perform = perform;
  }

  get state(): State {
    return this.#state;
  }

  /** Gives the machine an event, from a deed too. */
  tell(event: Event): void {
    this.#events.push(event);
    if (!this.#busy) this.#work();
  }

  /** No timer fires any more. */
  stop(): void {
    clearTimeout(this.#alarm);
    this.#due.clear();
  }

  /** Until nothing is left to do: overdue timers, then the next event. */
  #work(): void {
    this.#busy = true;
    try {
      do {
        while (this.#fireOverdue());
        const event = this.#events.shift();
        if (event) this.#take(event);
      } while (this.#events.length > 0);
    } finally {
      this.#busy = false;
      this.#setAlarm();
    }
  }

  #take(event: Event): void {
    const { state, actions } = this.#step(this.#state, event);
    this.#state = state;
    for (const action of actions) {
      if (isTimer(action)) this.#setTimer(action);
      else this.#perform(action as Deed<Action>);
    }
  }

  #setTimer({ type, timer, ms = 0 }: TimerAction): void {
    if (type === "startTimer") this.#due.set(timer, performance.now() + ms);
    else this.#due.delete(timer);
  }

  /** Fires the timer that is overdue the longest, if there is one. */
  #fireOverdue(): boolean {
    const now = performance.now();
    const [first] = [...this.#due].filter(([, due]) => due <= now).sort((a, b) => a[1] - b[1]);
    if (!first) return false;
    this.#due.delete(first[0]);
    this.#take({ type: "timer", timer: first[0] } as unknown as Event);
    return true;
  }

  #setAlarm(): void {
    clearTimeout(this.#alarm);
    if (this.#due.size === 0) return;
    const next = Math.min(...this.#due.values()) - performance.now();
    this.#alarm = setTimeout(() => this.#work(), Math.max(0, Math.ceil(next)));
  }
}

function isTimer(action: { type: string }): action is TimerAction {
  return action.type === "startTimer" || action.type === "stopTimer";
}
