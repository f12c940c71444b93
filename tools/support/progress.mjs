const REPEAT_MS = 20_000;
const NAME_WIDTH = 14;

/**
 * Shows set-up as one line a step on standard error: rewritten in place on a terminal, otherwise repeated
 * only every 20 s. Standard output stays free for `--json`.
 */
export class Progress {
  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stderr) {
    this.stream = stream;
    this.lastStep = "";
    this.lastShown = 0;
  }

  /**
   * What a step is doing now.
   * @param {string} step
   * @param {string} text
   */
  doing(step, text) {
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[2K${line(step, text)}`);
      return;
    }
    if (step === this.lastStep && Date.now() - this.lastShown < REPEAT_MS) return;
    this.lastStep = step;
    this.lastShown = Date.now();
    this.stream.write(`${line(step, text)}\n`);
  }

  /**
   * What a step came to; its line stays.
   * @param {string} step
   * @param {string} text
   */
  done(step, text) {
    this.lastStep = "";
    this.stream.write(`${this.stream.isTTY ? "\r\x1b[2K" : ""}${line(step, text)}\n`);
  }

  /**
   * Repeats `doing` with the seconds gone by, until the work ends.
   * @template T
   * @param {string} step
   * @param {(seconds: number) => string} text
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async during(step, text, work) {
    const start = Date.now();
    this.lastStep = ""; // New work of the same step is worth a line at once.
    const show = () => this.doing(step, text(Math.round((Date.now() - start) / 1000)));
    show();
    const timer = setInterval(show, 1000);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}

/**
 * @param {string} step
 * @param {string} text
 */
function line(step, text) {
  return `${step.padEnd(NAME_WIDTH)}${text}`;
}
