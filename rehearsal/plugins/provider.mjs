// Runs as a provider plugin under the Pulumi engine: `provider.mjs <package> <version> <engine address> <twin's folder>`.
// Plain JavaScript, because the engine starts it for every update and waits for it.
import server from "@pulumi/pulumi/provider/server.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import { askTwin, readControl } from "../control/client.mjs";
import { markSecrets, secretNames, withoutSecrets } from "./secrets.mjs";

const [pkg, version, ...engineArgs] = process.argv.slice(2);
const twinDir = process.env["GODWIT_TWIN"];

// The SDK's server takes for granted that a read comes with properties; that of an import has none.
const { ReadRequest } = protocol;
const { getProperties } = ReadRequest.prototype;
ReadRequest.prototype.getProperties = function () {
  return getProperties.call(this) ?? { toJavaScript: () => ({}) };
};

/**
 * @param {string} path
 * @param {unknown} body
 */
async function ask(path, body) {
  if (twinDir) return await askTwin(readControl(twinDir), path, body);
  throw new Error(`The stand-in provider ${pkg} runs in a rehearsal only: GODWIT_TWIN is not set.`);
}

/** @param {string} urn */
const typeOf = (urn) => urn.split("::")[2]?.split("$").at(-1) ?? "";
/** @param {string} urn */
const nameOf = (urn) => urn.split("::").slice(3).join("::");

/**
 * The twin's answer, or its error with what was being done.
 * @param {string} verb @param {string} urn @param {string} id @param {object} inputs @param {object} state
 */
async function resource(verb, urn, id, inputs, state) {
  const request = { type: typeOf(urn), name: nameOf(urn), id };
  try {
    const values = { inputs: withoutSecrets(inputs), state: withoutSecrets(state) };
    return await ask(`/resources/${verb}`, { ...request, ...values });
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Error(
      `${verb} ${request.type} (${request.name}): ${code ? `${code}: ` : ""}${message}`,
    );
  }
}

/** Marks in an answer what was secret when it came in, and what the twin says is. */
const marked = (answer, ...from) =>
  markSecrets(answer.outputs, [...answer.secrets, ...from.flatMap(secretNames)]);

const provider = {
  version,
  async check(urn, olds, news) {
    const { inputs, failures } = await resource("check", urn, "", news, olds);
    return { inputs: markSecrets(inputs, secretNames(news)), failures };
  },
  async diff(id, urn, olds, news) {
    const answer = await resource("diff", urn, id, news, olds);
    const { changed, replaces, deleteBeforeReplace } = answer;
    return { changes: changed.length > 0, replaces, deleteBeforeReplace };
  },
  async create(urn, inputs) {
    const answer = await resource("create", urn, "", inputs, {});
    return { id: answer.id, outs: marked(answer, inputs) };
  },
  async update(id, urn, olds, news) {
    const answer = await resource("update", urn, id, news, olds);
    return { outs: marked(answer, news) };
  },
  async read(id, urn, props) {
    const answer = await resource("read", urn, id, {}, props ?? {});
    return { id: answer.id, props: marked(answer, props ?? {}), inputs: answer.inputs };
  },
  async delete(id, urn, props) {
    await resource("delete", urn, id, {}, props);
  },
  async invoke(token, args) {
    return { outputs: await ask("/functions", { token, args: withoutSecrets(args) }) };
  },
};

server.main(provider, engineArgs);
