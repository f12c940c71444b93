import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { askTwin, readControl } from "../../rehearsal/control/client.mjs";
import { createAuthority } from "../../rehearsal/twin/authority.ts";
import { listening } from "../../rehearsal/twin/network.ts";

const HOST = "127.0.0.1";

/** A way to a twin on which answers get lost. */
export interface Withholding {
  /** In place of the twin's folder, for `GODWIT_TWIN`. */
  readonly dir: string;
  /** Resolves when the twin has created a resource of each type, and none of the askers knows. */
  readonly withheld: Promise<void>;
  close(): void;
}

/** Passes everything on between plugins and a twin, but for the answers to creations of these types. */
export async function withholdCreations(
  twinDir: string,
  types: readonly string[],
): Promise<Withholding> {
  const dir = mkdtempSync(join(tmpdir(), "godwit-withholding-"));
  const authority = await createAuthority(dir);
  const { certFile, keyFile } = await authority.issue("control", { addresses: [HOST] });
  const missing = new Set(types);
  let resolve: () => void;
  const withheld = new Promise<void>((done) => (resolve = done));
  const pass = passTo(twinDir, (type) => {
    missing.delete(type);
    if (missing.size === 0) resolve();
    return types.includes(type);
  });
  const files = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  const server = createServer(files, (request, response) => void pass(request, response));
  await listening(server, 0, HOST);
  const { port } = server.address() as AddressInfo;
  const control = { host: HOST, port, token: "", caFile: authority.caFile };
  writeFileSync(join(dir, "control.json"), JSON.stringify(control), { mode: 0o600 });
  return {
    dir,
    withheld,
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** @param withholds told the type of each resource that was created; says whether nobody is to know */
function passTo(twinDir: string, withholds: (type: string) => boolean) {
  const control = readControl(twinDir);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await json(request)) as { readonly type?: string };
    try {
      const answer: unknown = await askTwin(control, request.url!, body);
      if (request.url === "/resources/create" && withholds(body.type!)) return;
      response.end(JSON.stringify(answer));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      response.writeHead(400).end(JSON.stringify({ code, message }));
    }
  };
}
