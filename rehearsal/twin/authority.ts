import "reflect-metadata";
import { webcrypto, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { JsonGeneralName } from "@peculiar/x509";
import type { CertificateAuthority, CertificateSubjects } from "../clouds/world.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
const LIFETIME_MS = 30 * DAY_MS;

/** Makes the twin's own authority; its private key stays in this process and dies with it. */
export async function createAuthority(dir: string): Promise<CertificateAuthority> {
  const folder = join(dir, "tls");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = await newKeys();
  const issuer = "CN=godwit rehearsal authority";
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      name: issuer,
      keys,
      ...validity(),
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    },
    webcrypto,
  );
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, authority.toString("pem"));

  return {
    caFile,
    async issue(name, subjects) {
      const own = await newKeys();
      const certificate = await X509CertificateGenerator.create(
        {
          subject: `CN=${(subjects.names ?? subjects.addresses)?.[0] ?? name}`,
          issuer,
          publicKey: own.publicKey,
          signingKey: keys.privateKey,
          ...validity(),
          signingAlgorithm: ALGORITHM,
          extensions: [
            new BasicConstraintsExtension(false, undefined, true),
            new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
            new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
            new SubjectAlternativeNameExtension(alternativeNames(subjects)),
          ],
        },
        webcrypto,
      );
      const certFile = join(folder, `${name}.pem`);
      const keyFile = join(folder, `${name}.key`);
      await writeFile(certFile, certificate.toString("pem"));
      await writeFile(keyFile, await privateKeyPem(own.privateKey), { mode: 0o600 });
      return { certFile, keyFile };
    },
  };
}

function newKeys() {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function validity() {
  return {
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + LIFETIME_MS),
  };
}

function alternativeNames(subjects: CertificateSubjects): JsonGeneralName[] {
  return [
    ...(subjects.names ?? []).map((value) => ({ type: "dns", value }) as const),
    ...(subjects.addresses ?? []).map((value) => ({ type: "ip", value }) as const),
  ];
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  const lines = der.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}
