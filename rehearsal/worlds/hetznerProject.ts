import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import type { CloudflareAccount } from "../clouds/cloudflare/kinds.ts";

/** Writes the Pulumi project with the stack `rehearsal`, as an operator of these accounts would have it. */
export async function writeHetznerProject(dir: string, account: CloudflareAccount): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const project = { name: "godwit", runtime: "nodejs", description: "Rehearsal" };
  await writeFile(join(dir, "Pulumi.yaml"), stringify(project));
  await writeFile(join(dir, "Pulumi.rehearsal.yaml"), stringify({ config: stackConfig(account) }));
}

function stackConfig({ id, zone }: CloudflareAccount) {
  return {
    // Opens nothing but the twin's own Hetzner.
    "hcloud:token": "rehearsal",
    "godwit:target": "hetzner",
    "godwit:app": "acme",
    "godwit:dataClass": "phi",
    "godwit:hetzner": {
      admins: [{ name: "ada", publicKey: "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=" }],
      adminCidrs: ["203.0.113.0/24"],
      sshKeys: [{ name: "ada", publicKey: SSH_KEY }],
      cloudflare: { accountId: id, zone },
      buckets: {
        prefix: "acme-rehearsal",
        assetsDomain: `assets.${zone.name}`,
        corsOrigins: [`https://www.${zone.name}`],
      },
      acmeEmail: `ops@${zone.name}`,
      alertWebhook: `https://alerts.${zone.name}/godwit`,
      workloads: [{ name: "api", taskDefinition: API, replicas: 2, host: `api.${zone.name}` }],
    },
  };
}

const SSH_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkxFNOtwGcWB2gCgPhk ada";

/** What ECS answers about the application's task. */
const API = {
  family: "acme-api",
  cpu: "512",
  memory: "1024",
  containerDefinitions: [
    {
      name: "api",
      image: "registry.acme.example/api:1.4.2",
      portMappings: [{ containerPort: 8080, protocol: "tcp" }],
      environment: [
        { name: "LOG_LEVEL", value: "info" },
        { name: "AWS_REGION", value: "us-east-1" },
        { name: "REDIS_HOST", value: "acme-redis.cache.amazonaws.com" },
      ],
      secrets: [
        {
          name: "STRIPE_KEY",
          valueFrom: "arn:aws:secretsmanager:us-east-1:123456789012:secret:stripe",
        },
      ],
      healthCheck: {
        command: ["CMD-SHELL", "wget -qO- http://localhost:8080/health"],
        interval: 15,
      },
    },
  ],
};
