import type { StreamedCommand } from "./commandStream.ts";
import { wordAt, type KeyPositions } from "./keyPositions.ts";
import type { WatchEvents } from "./watcher.ts";

/** Makes events of the commands of a replication stream. */
export class StreamReader {
  /** Database that the stream has selected. */
  db = 0;
  readonly #positions: KeyPositions;
  readonly #events: WatchEvents;
  readonly #asked: () => void;

  /** `asked` is called when the server wants to know how far we are. */
  constructor(positions: KeyPositions, events: WatchEvents, asked: () => void) {
    this.#positions = positions;
    this.#events = events;
    this.#asked = asked;
  }

  read(command: StreamedCommand): void {
    const name = wordAt(command, 0);
    switch (name) {
      case "select":
        this.db = Number(wordAt(command, 1));
        return;
      case "flushall":
        return this.#events.flushed(undefined, "FLUSHALL");
      case "flushdb":
        return this.#events.flushed(this.db, "FLUSHDB");
      case "swapdb":
        this.#events.flushed(Number(wordAt(command, 1)), "SWAPDB");
        return this.#events.flushed(Number(wordAt(command, 2)), "SWAPDB");
      case "replconf":
        return this.#asked();
      default:
        return this.#changed(name, command);
    }
  }

  #changed(name: string, command: StreamedCommand): void {
    const keys = this.#positions.of(command);
    if (!keys) return this.#events.flushed(this.db, `keys of ${name.toUpperCase()} are not known`);
    if (keys.length === 0) return;
    this.#events.changed(this.db, keys);
    const other = otherDatabase(name, command);
    if (other !== undefined) this.#events.changed(other, keys);
  }
}

/** MOVE and COPY write into a database that the stream has not selected. */
function otherDatabase(name: string, command: StreamedCommand): number | undefined {
  if (name === "move") return Number(wordAt(command, 2));
  if (name !== "copy") return undefined;
  const at = command.findIndex((_, i) => i > 2 && wordAt(command, i) === "db");
  return at < 0 ? undefined : Number(wordAt(command, at + 1));
}
