export interface Control {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly caFile: string;
  readonly ca: Buffer;
  /** Process that holds the twin. */
  readonly pid: number;
}

/** Where a twin's control endpoint is and how to get in, from its folder. */
export function readControl(dir: string): Control;

/** Asks the twin. Rejects with its own error (`code` and `message`), or with Node's when it is not running. */
export function askTwin<Answer>(control: Control, path: string, body?: unknown): Promise<Answer>;
