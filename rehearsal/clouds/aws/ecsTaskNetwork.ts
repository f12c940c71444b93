import dns from "node:dns";
import net from "node:net";

/**
 * Loaded into each task and machine before its program: what its own network interface and the VPC's
 * resolver give it. Names are asked of `GODWIT_RESOLVER`, connections leave from `TASK_ADDRESS`, and what listens on every
 * address of its machine listens on `TASK_LISTEN_ADDRESS`.
 */
const resolverAddress = process.env["GODWIT_RESOLVER"];
const taskAddress = process.env["TASK_ADDRESS"];
const listenAddress = process.env["TASK_LISTEN_ADDRESS"];

if (resolverAddress !== undefined) resolveWith(resolverAddress);
if (taskAddress !== undefined) connectFrom(taskAddress);
if (listenAddress !== undefined) listenOn(listenAddress);

function resolveWith(server: string): void {
  const resolver = new dns.Resolver();
  resolver.setServers([server]);
  const system = dns.lookup;
  const lookup = (
    hostname: string,
    options: dns.LookupAllOptions,
    callback: (error: Error | null, address: unknown, family?: number) => void,
  ) => {
    if (net.isIP(hostname) !== 0 || hostname === "localhost") {
      system(hostname, options, callback);
      return;
    }
    resolver.resolve4(hostname, (error, addresses) => {
      if (error) callback(error, undefined);
      else if (options.all) callback(null, addresses.map(toEntry));
      else callback(null, addresses[0], 4);
    });
  };
  Object.assign(dns, { lookup: withOptionalOptions(lookup) });
}

/** `dns.lookup` takes its options as an object, as a family, or not at all. */
function withOptionalOptions<Callback>(
  lookup: (hostname: string, options: dns.LookupAllOptions, callback: Callback) => void,
) {
  return (hostname: string, options: object | number | Callback, callback?: Callback) => {
    const given = typeof options === "object" ? options : {};
    lookup(hostname, given as dns.LookupAllOptions, callback ?? (options as Callback));
  };
}

function toEntry(address: string): dns.LookupAddress {
  return { address, family: 4 };
}

function connectFrom(localAddress: string): void {
  const prototype = net.Socket.prototype as { connect: (...args: unknown[]) => net.Socket };
  const { connect } = prototype;
  prototype.connect = function (this: net.Socket, ...args) {
    // Node's own callers pass [options, callback] as one array that is already normalized.
    const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
    if (isTcpOptions(first) && !isOwnMachine(first.host)) first.localAddress ??= localAddress;
    return connect.apply(this, args);
  };
}

/** A machine's own loopback has no other address to come from. */
function isOwnMachine(host: string | undefined): boolean {
  return host === undefined || host === "localhost" || host === "127.0.0.1" || host === "::1";
}

function isTcpOptions(options: unknown): options is net.TcpSocketConnectOpts {
  return typeof options === "object" && options !== null && "port" in options;
}

/** A machine has one address; the twin's machines share a host that has many. */
function listenOn(address: string): void {
  const prototype = net.Server.prototype as { listen: (...args: unknown[]) => net.Server };
  const { listen } = prototype;
  prototype.listen = function (this: net.Server, ...args) {
    const [first, second] = args;
    if (isTcpOptions(first) && isEveryAddress(first.host)) {
      return listen.call(this, { ...first, host: address }, ...args.slice(1));
    }
    if (typeof first !== "number") return listen.apply(this, args);
    if (typeof second !== "string") return listen.call(this, first, address, ...args.slice(1));
    const host = isEveryAddress(second) ? address : second;
    return listen.call(this, first, host, ...args.slice(2));
  };
}

function isEveryAddress(host: string | undefined): boolean {
  return host === undefined || host === "0.0.0.0" || host === "::";
}
