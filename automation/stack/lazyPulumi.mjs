// Load this before `@pulumi/pulumi`: it then comes without the TypeScript compiler and npm's dependency resolver, which
// are two thirds of its load time. Pulumi takes them along to serialise functions, which no program of ours does.
import Module, { createRequire } from "node:module";

const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
for (const name of ["./typescript-shim.js", "@npmcli/arborist"])
  loadWhenUsed(require.resolve(name));

/**
 * Puts in a module's place one that becomes it when something in it is asked for.
 * @param {string} path
 */
function loadWhenUsed(path) {
  const real = () => {
    delete require.cache[path];
    return require(path);
  };
  /** @type {any} */
  let exports;
  const placeholder = new Module(path);
  placeholder.filename = path;
  placeholder.loaded = true;
  placeholder.exports = new Proxy(
    {},
    {
      // Asked for by whoever imports it; `true` hands on what is here without a look at it.
      get: (_, name) => (name === "__esModule" ? true : (exports ??= real())[name]),
    },
  );
  require.cache[path] = placeholder;
}
