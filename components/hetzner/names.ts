/** Where machines can stand, and the network zone that each place is in. */
export const networkZones = {
  fsn1: "eu-central",
  nbg1: "eu-central",
  hel1: "eu-central",
  ash: "us-east",
  hil: "us-west",
  sin: "ap-southeast",
} as const;
export type Location = keyof typeof networkZones;
export const locations = ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"] as const;

/**
 * Sizes of Intel and AMD machines: shared (`cx`, `cpx`) and dedicated cores (`ccx`). What runs on them is for amd64. Those
 * of before 2025-10, such as cx22, can no longer be ordered; `cpx11` to `cpx51` only outside Europe.
 */
export const SERVER_TYPE =
  /^(?:cx(?:23|33|43|53)|cpx(?:11|21|31|41|51|12|22|32|42|52|62)|ccx(?:13|23|33|43|53|63))$/;
/** Sizes that Hetzner's places in Germany and Finland take no more orders for. */
export const NOT_IN_EUROPE = /^cpx\d1$/;

export const loadBalancerTypes = ["lb11", "lb21", "lb31"] as const;

/** Where R2 may keep what it stores: anywhere, or in the European Union only. */
export const jurisdictions = ["default", "eu"] as const;
export type Jurisdiction = (typeof jurisdictions)[number];

/** Cloudflare's ids of accounts and zones. */
export const CLOUDFLARE_ID = /^[0-9a-f]{32}$/;

/** What a resource may be called at Hetzner and in Kubernetes alike. */
export const LABEL = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** A bucket's name of R2; with `-backups` it must fit into 63 letters. */
export const BUCKET_PREFIX = /^[a-z0-9](?:[a-z0-9-]{1,53}[a-z0-9])$/;

export const DOMAIN_NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

export const SSH_PUBLIC_KEY = /^(?:ssh-ed25519|ecdsa-sha2-nistp256|ssh-rsa) [A-Za-z0-9+/]+=* ?\S*$/;

/** 32 bytes in base64: what `wg pubkey` prints. */
export const WIREGUARD_PUBLIC_KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

export const WEB_ORIGIN = /^https?:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/;

/** An address without a user, a password or a query, which could be secret. */
export const WEBHOOK_URL = /^https:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?(?:\/[\w./-]*)?$/;

export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Whether a name is the zone's own or one below it. */
export function isInZone(domain: string, zoneName: string): boolean {
  return domain === zoneName || domain.endsWith(`.${zoneName}`);
}
