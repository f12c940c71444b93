import { KeyPage } from "./keyPage.ts";
import type { RawLink } from "./rawLink.ts";

const KEYS_A_SCAN = 1_000;

/**
 * All keys of these databases in pages. The next page is asked for while the caller works on this one. A key may come
 * twice while a table shrinks, as SCAN says; keys that exist throughout come at least once.
 */
export async function* scanPages(
  link: RawLink,
  databases: readonly number[],
): AsyncGenerator<KeyPage> {
  for (const db of databases) {
    let next: Promise<ScanReply> | undefined = scanOnce(link, db, "0");
    while (next) {
      const { cursor, page }: ScanReply = await next;
      next = cursor === "0" ? undefined : scanOnce(link, db, cursor);
      // A rejection is seen by the next turn of the loop; until then it must not count as unhandled.
      next?.catch(() => undefined);
      if (page.length > 0) yield page;
    }
  }
}

interface ScanReply {
  readonly cursor: string;
  readonly page: KeyPage;
}

async function scanOnce(link: RawLink, db: number, cursor: string): Promise<ScanReply> {
  const scan = `*4\r\n$4\r\nSCAN\r\n$${cursor.length}\r\n${cursor}\r\n$5\r\nCOUNT\r\n$4\r\n${KEYS_A_SCAN}\r\n`;
  const replies = await link.ask(db, [Buffer.from(scan)]);
  replies.array();
  const next = replies.content(replies.bulk()!).toString();
  return { cursor: next, page: KeyPage.read(db, replies, replies.array()) };
}
