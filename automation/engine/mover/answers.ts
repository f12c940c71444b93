import { failure } from "../../errors.ts";
import type { Facts } from "../../step.ts";
import type { EngineLine } from "./line.ts";
import { storedError } from "../jobs/errors.ts";
import { answerQuestion, type PutQuestion } from "./rows.ts";

type Answer = (facts: Facts) => Promise<Facts>;

/** Answers the questions to one job: those of one name one at a time, in their order. */
export class Answers {
  readonly #line: EngineLine;
  readonly #attempt: number;
  #answers: Readonly<Record<string, Answer>> | undefined;
  #open: readonly PutQuestion[] = [];
  readonly #begun = new Set<number>();
  /** Names of the questions that are being answered. */
  readonly #busy = new Set<string>();

  constructor(line: EngineLine, attempt: number) {
    this.#line = line;
    this.#attempt = attempt;
  }

  /** How the job answers from now on. */
  offer(answers: Readonly<Record<string, Answer>>): void {
    this.#answers = { ...this.#answers, ...answers };
    this.#go();
  }

  /** All questions that are open now: one that is not there any more has been taken back. */
  put(open: readonly PutQuestion[]): void {
    this.#open = open;
    this.#go();
  }

  #go(): void {
    if (!this.#answers) return;
    for (const question of this.#open) {
      if (this.#begun.has(question.number) || this.#busy.has(question.question)) continue;
      this.#begun.add(question.number);
      this.#busy.add(question.question);
      void this.#answer(question, this.#answers[question.question]);
    }
  }

  async #answer(put: PutQuestion, answer: Answer | undefined): Promise<void> {
    const found = await answered(put, answer);
    // Only a mover that closes gives up: the next one answers.
    await this.#line
      .persist((db) => answerQuestion(db, put, this.#attempt, found))
      .catch(() => undefined);
    this.#busy.delete(put.question);
    this.#go();
  }
}

async function answered(put: PutQuestion, answer: Answer | undefined) {
  try {
    if (!answer) throw unknownQuestion(put);
    return { answer: JSON.stringify(await answer(put.facts)) };
  } catch (thrown) {
    return { error: JSON.stringify(storedError(thrown)) };
  }
}

function unknownQuestion({ job, question }: PutQuestion) {
  return failure(
    "unknown-question",
    `Job ${job} has no answer to "${question}".`,
    "",
    "The mover's godwit is another than the driver's: replace the mover with `pulumi up --replace`.",
  );
}
