import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ClientSettings } from "../../automation/aws.ts";

/** What is answered to a form: the content of the action's response, or an error's code. */
export type Answers = Readonly<
  Record<string, (form: URLSearchParams) => string | { error: string }>
>;

/** A service that speaks AWS's Query protocol, for the tests of a suite; `answers` may change between them. */
export class QueryService {
  answers: Answers = {};
  readonly #server: Server;

  /** Call it in a suite, outside its tests. */
  constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const form = new URLSearchParams(body);
        const action = form.get("Action")!;
        const answer = this.answers[action]!(form);
        response.setHeader("content-type", "text/xml");
        if (typeof answer === "string") {
          response.end(`<${action}Response>${answer}</${action}Response>`);
        } else {
          const error = `<Code>${answer.error}</Code><Message>${answer.error}: ${action}</Message>`;
          response.writeHead(400).end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`);
        }
      });
    });
    before((done) => void this.#server.listen(0, "127.0.0.1", done));
    after((done) => void this.#server.close(() => done()));
  }

  get client(): ClientSettings {
    return {
      region: "ca-central-1",
      endpoint: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
  }
}
