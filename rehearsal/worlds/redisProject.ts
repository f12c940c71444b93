import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

export interface ProjectFacts {
  readonly region: string;
  readonly nodeType: string;
  /** Address of the application's load balancer. */
  readonly frontUrl: string | undefined;
}

/** Writes the Pulumi project with the stack `rehearsal`, as an operator of this system would have it. */
export async function writeProject(dir: string, facts: ProjectFacts): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const project = { name: "godwit", runtime: "nodejs", description: "Rehearsal" };
  await writeFile(join(dir, "Pulumi.yaml"), stringify(project));
  await writeFile(join(dir, "Pulumi.rehearsal.yaml"), stringify({ config: stackConfig(facts) }));
}

function stackConfig({ region, nodeType, frontUrl }: ProjectFacts) {
  return {
    "aws:region": region,
    "godwit:target": "redis",
    "godwit:app": "acme",
    "godwit:stage": "prepare",
    "godwit:production": false,
    "godwit:redis": {
      source: { clusterId: "acme-redis-production" },
      seed: "snapshot",
      engineVersion: "7.1",
      nodeType,
      kms: { create: true },
      network: {
        vpcId: "vpc-0acme",
        subnetGroup: { existing: "acme-cache-subnet-production" },
        securityGroup: { create: { allowFrom: ["sg-0acmetasks"] } },
      },
      record: { zoneId: "Z0ACME", name: "redis.acme.internal", ttl: 60 },
      alarms: { email: "ops@acme.example" },
    },
    "godwit:mover": {
      subnetId: "subnet-0acme1",
      // The twin's machines run this checkout, wherever they are told to get godwit from.
      package: "https://artifacts.acme.example/godwit.tgz",
    },
    "godwit:relay": {
      subnetIds: ["subnet-0acme1", "subnet-0acme2"],
      allowFrom: ["sg-0acmetasks"],
      package: "https://artifacts.acme.example/godwit.tgz",
    },
    "godwit:application": {
      ecs: { cluster: "acme-cluster", service: "acme-api", container: "api" },
      ...(frontUrl && { check: checkRequest(frontUrl) }),
      logGroup: "/ecs/acme-cluster",
    },
  };
}

/** Goes through the rate limiter, which lives in Redis. */
function checkRequest(frontUrl: string) {
  return {
    url: `${frontUrl}/messages`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ userId: "check", text: "check" }),
    expect: 202,
  };
}
