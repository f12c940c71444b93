export interface Control {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly caFile: string;
  readonly ca: Buffer;
  /** Process that holds the twin. */
  readonly pid: number;
}

/** Code of the error when nobody answers for a twin any more. */
export const TWIN_GONE: "TwinGone";

/** Where a twin's control endpoint is and how to get in, from its folder. Throws with the code `TWIN_GONE`. */
export function readControl(dir: string): Control;

/** Asks the twin. Rejects with its own error (`code` and `message`), or with the code `TWIN_GONE`. */
export function askTwin<Answer>(control: Control, path: string, body?: unknown): Promise<Answer>;
