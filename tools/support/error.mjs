/** Set-up cannot go on: the message is one sentence that names the remedy, and is printed without a stack trace. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}
