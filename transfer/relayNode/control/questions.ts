import type { DriverFrame, RelayFrame } from "./frames.ts";

interface Question {
  readonly frame: DriverFrame;
  readonly deadline: NodeJS.Timeout;
  readonly resolve: (answer: RelayFrame) => void;
  readonly reject: (why: Error) => void;
  sent: boolean;
}

/** What a driver has asked a relay and has no answer to yet, by number. */
export class Questions {
  readonly #open = new Map<number, Question>();
  #last = 0;

  /** Keeps a question until it is answered or fails. `late` is called when that takes longer than `withinMs`. */
  put(
    question: (id: number) => DriverFrame,
    withinMs: number,
    late: () => void,
  ): Promise<RelayFrame> {
    const id = (this.#last += 1);
    const deadline = setTimeout(late, withinMs);
    return new Promise((resolve, reject) => {
      this.#open.set(id, { frame: question(id), deadline, resolve, reject, sent: false });
    });
  }

  /** What is to be sent now. */
  *unsent(): Generator<DriverFrame> {
    for (const question of this.#open.values()) {
      if (question.sent) continue;
      question.sent = true;
      yield question.frame;
    }
  }

  answer(id: number, answer: RelayFrame): void {
    this.#take(id)?.resolve(answer);
  }

  /** The connection is lost: nothing will be answered any more. */
  fail(why: Error): void {
    for (const id of [...this.#open.keys()]) this.#take(id)?.reject(why);
  }

  #take(id: number): Question | undefined {
    const question = this.#open.get(id);
    clearTimeout(question?.deadline);
    this.#open.delete(id);
    return question;
  }
}
