import type { SecureContextOptions } from "node:tls";

/** Whom a driver says it is; the key proves it. */
export const IDENTITY = "godwit";

/** TLS with a key that both ends were given: neither has a certificate, and each proves to the other that it has the key. */
export const CHANNEL: SecureContextOptions = {
  ciphers: "ECDHE-PSK-CHACHA20-POLY1305",
  minVersion: "TLSv1.2",
  // OpenSSL's 1.3 takes such keys only by another way than Node offers.
  maxVersion: "TLSv1.2",
};

/** A driver asks for the relay's standing so often (ms), which shows both that the other is still there. */
export const HEARTBEAT_MS = 5_000;
