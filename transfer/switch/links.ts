import type { PrepareReport } from "../relay/options.ts";
import type { NodeStatus } from "../relayNode/status.ts";
import type { Message, Side } from "./protocol.ts";

/** The driver's end of the control channel to one relay. Messages may be lost at any time; the switch allows for it. */
export interface RelayLink {
  /** As the relay calls itself: `relay-1`. */
  readonly name: string;
  /** Sends if the channel is open, and connects again in the background if it is not. */
  send(message: Message): void;
  /** Calls `listen` with every message of the relay from now on. */
  onMessage(listen: (message: Message) => void): void;
  /**
   * Ahead of a hold: has the relay connect its clients to `side` and load their scripts there. Rejects when the
   * relay cannot be reached, or cannot reach that side.
   */
  prepare(side: Side): Promise<PrepareReport>;
  /** How the relay stands. Rejects when it cannot be reached. */
  status(): Promise<NodeStatus>;
  close(): void;
}
