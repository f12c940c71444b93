/** Whether a call was refused for want of a right; its message says whose, and which. */
export function isDenied(error: unknown): error is Error {
  return error instanceof Error && error.name.startsWith("AccessDenied");
}
