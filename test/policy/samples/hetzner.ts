import { resource } from "../resources.ts";
import { changed } from "./sample.ts";
import type { Sample } from "./sample.ts";

const SERVER = "hcloud:index/server:Server";

const letsIn = (protocol: string, port: string, sourceIps: string[]) => ({
  rules: [{ direction: "in", protocol, port, sourceIps }],
});
const reaching = (...names: string[]) => ({
  policies: [{ resources: JSON.stringify(Object.fromEntries(names.map((name) => [name, "*"]))) }],
});

export const hetzner: Sample[] = [
  {
    type: "hcloud:index/firewall:Firewall",
    inputs: letsIn("tcp", "443", ["0.0.0.0/0", "::/0"]),
    broken: { HetznerFirewallClosed: letsIn("tcp", "22", ["::/0"]) },
  },
  {
    type: "hcloud:index/firewall:Firewall",
    inputs: letsIn("udp", "51900", ["203.0.113.0/24"]),
    broken: { HetznerFirewallClosed: letsIn("udp", "443", ["0.0.0.0/0"]) },
  },
  {
    type: SERVER,
    inputs: { firewallIds: [1], networks: [{ networkId: 1 }] },
    broken: {
      HetznerServerBehindFirewall: { firewallIds: [] },
      HetznerServerInNetwork: { networks: [] },
    },
  },
  {
    type: "hcloud:index/volumeAttachment:VolumeAttachment",
    inputs: { serverId: "database-id" },
    beside: [resource(SERVER, { userData: "packages: [cryptsetup]" }, "database")],
    broken: { HetznerVolumeEncrypted: changed(SERVER, { userData: "packages: []" }) },
  },
  {
    type: "hcloud:index/loadBalancerService:LoadBalancerService",
    inputs: { protocol: "tcp" },
    broken: { HetznerBalancerPassesTls: { protocol: "https" } },
  },
];

export const cloudflare: Sample[] = [
  {
    type: "cloudflare:index/r2ManagedDomain:R2ManagedDomain",
    inputs: { bucketName: "uploads", enabled: false },
    broken: { R2BucketPrivate: { enabled: true } },
  },
  {
    type: "cloudflare:index/r2CustomDomain:R2CustomDomain",
    inputs: { minTls: "1.2" },
    broken: { R2DomainCurrentTls: { minTls: "1.0" } },
  },
  {
    type: "cloudflare:index/r2BucketCors:R2BucketCors",
    inputs: { rules: [{ allowed: { origins: ["https://www.acme.example"] } }] },
    broken: { R2NamedOrigins: { rules: [{ allowed: { origins: ["*"] } }] } },
  },
  {
    type: "cloudflare:index/accountToken:AccountToken",
    inputs: reaching("com.cloudflare.edge.r2.bucket.0123_eu_uploads"),
    broken: { CloudflareTokenForBuckets: reaching("com.cloudflare.api.account.0123") },
  },
];
