import type { Child } from "../traffic/childProcess.ts";

interface Answer {
  readonly event: "done";
  readonly order: number;
  /** Why it is not in force. */
  readonly failed?: string;
}

type From = Answer | { readonly event: string };

/** Gives orders to a process of the twin; each resolves when the process has answered it. */
export class Orders<Order extends { readonly do: string }> {
  readonly #child: Child<Order & { readonly order: number }, From>;
  readonly #what: string;
  readonly #waiting = new Map<number, (failed: string | undefined) => void>();
  #orders = 0;

  /** `what` names the process in errors. */
  constructor(child: Child<Order & { readonly order: number }, From>, what: string) {
    this.#child = child;
    this.#what = what;
    child.process.on("exit", () => this.#answerAll("its process has ended"));
    child.onMessage((message) => {
      if (isAnswer(message)) this.#answer(message.order, message.failed);
    });
  }

  async give(what: Order): Promise<void> {
    if (!this.#child.process.connected) throw new Error(`The process of ${this.#what} has ended.`);
    const order = ++this.#orders;
    const failed = await new Promise<string | undefined>((answer) => {
      this.#waiting.set(order, answer);
      this.#child.send({ ...what, order });
    });
    if (failed !== undefined) throw new Error(`${this.#what} cannot ${what.do}: ${failed}`);
  }

  #answer(order: number, failed: string | undefined): void {
    this.#waiting.get(order)?.(failed);
    this.#waiting.delete(order);
  }

  #answerAll(failed: string): void {
    for (const order of [...this.#waiting.keys()]) this.#answer(order, failed);
  }
}

function isAnswer(message: From): message is Answer {
  return message.event === "done";
}
