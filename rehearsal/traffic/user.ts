import type { Answer, HttpClient } from "./requests.ts";
import type { LedgerEntry, WriteKind } from "./ledger.ts";
import type { LoadSettings } from "./messages.ts";
import { seededRandom } from "./random.ts";

const SESSIONS = 10;
const USERS = 20_000;
const PLAYERS = 500;
const PRODUCTS = 2_000;
/** One user in a while writes far more than the limiter lets through. */
const CHATTY_SHARE = 0.02;

interface Session {
  readonly id: string;
  sent: number;
  acknowledged: number;
}

export interface UserEvents {
  onWrite(entry: LedgerEntry, answer: Answer): void;
  onRead(answer: Answer): void;
  onStaleRead(description: string): void;
}

/**
 * One user of the application: writes and reads sessions, sends messages, scores and looks at
 * products. Ids are never used again after an outcome that is not certain.
 */
export class User {
  readonly #http: HttpClient;
  readonly #events: UserEvents;
  readonly #random: () => number;
  readonly #prefix: string;
  readonly #run: string;
  readonly #text: string;
  readonly #sessions: Session[];
  #ids = 0;

  constructor(http: HttpClient, index: number, settings: LoadSettings, events: UserEvents) {
    this.#http = http;
    this.#events = events;
    this.#random = seededRandom(settings.seed * 1_000 + index);
    this.#run = settings.run;
    this.#prefix = `${settings.run}-${index}`;
    this.#text = "x".repeat(settings.valueBytes);
    this.#sessions = Array.from({ length: SESSIONS }, () => this.#newSession());
  }

  write(): Promise<Answer> {
    const kind = this.#random();
    if (kind < 0.4) return this.#writeSession();
    return kind < 0.7 ? this.#sendMessage() : this.#addScore();
  }

  read(): Promise<Answer> {
    const kind = this.#random();
    if (kind < 0.4) return this.#readSession();
    if (kind < 0.9) return this.#get(`/products/${this.#pick(PRODUCTS)}`);
    return this.#get("/scores?top=10");
  }

  async #writeSession(): Promise<Answer> {
    const slot = this.#pick(SESSIONS);
    const session = this.#sessions[slot]!;
    const seq = ++session.sent;
    const body = { seq, data: this.#text };
    const answer = await this.#http.send("PUT", `/sessions/${session.id}`, body);
    this.#wrote("session", session.id, seq, answer);
    if (answer.outcome === "acknowledged") session.acknowledged = seq;
    // A late execution of this write would undo a newer one of the same session.
    else if (answer.outcome === "unknown") this.#sessions[slot] = this.#newSession();
    return answer;
  }

  async #sendMessage(): Promise<Answer> {
    const id = this.#newId();
    const chatty = this.#random() < CHATTY_SHARE;
    const userId = chatty ? "chatty" : `user-${this.#pick(USERS)}`;
    const answer = await this.#http.send("POST", "/messages", { id, userId, text: this.#text });
    this.#wrote("job", id, 1, answer);
    return answer;
  }

  async #addScore(): Promise<Answer> {
    const player = `${this.#run}-player-${this.#pick(PLAYERS)}`;
    const points = 1 + this.#pick(10);
    const answer = await this.#http.send("POST", "/scores", { player, points });
    this.#wrote("score", player, points, answer);
    return answer;
  }

  async #readSession(): Promise<Answer> {
    const session = this.#sessions[this.#pick(SESSIONS)]!;
    const answer = await this.#http.send("GET", `/sessions/${session.id}`);
    if (answer.status === 404 && session.acknowledged === 0) {
      const none: Answer = { ...answer, outcome: "acknowledged", failure: undefined };
      this.#events.onRead(none);
      return none;
    }
    this.#events.onRead(answer);
    const found = answer.status === 200 ? (JSON.parse(answer.body) as { seq: number }).seq : 0;
    if ((answer.status === 200 || answer.status === 404) && found < session.acknowledged) {
      this.#events.onStaleRead(`${session.id}: read ${found}, stored ${session.acknowledged}`);
    }
    return answer;
  }

  async #get(path: string): Promise<Answer> {
    const answer = await this.#http.send("GET", path);
    this.#events.onRead(answer);
    return answer;
  }

  #wrote(kind: WriteKind, id: string, value: number, answer: Answer): void {
    this.#events.onWrite({ outcome: answer.outcome, kind, id, value, at: Date.now() }, answer);
  }

  #newSession(): Session {
    return { id: this.#newId(), sent: 0, acknowledged: 0 };
  }

  #newId(): string {
    return `${this.#prefix}-${++this.#ids}`;
  }

  #pick(below: number): number {
    return Math.floor(this.#random() * below);
  }
}
