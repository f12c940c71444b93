import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";

export interface WebProjectFacts {
  readonly region: string;
  readonly zone: { readonly id: string; readonly name: string };
}

/** Writes the Pulumi project with the stack `rehearsal`, as an operator of this account would have it. */
export async function writeWebProject(dir: string, facts: WebProjectFacts): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const project = { name: "godwit", runtime: "nodejs", description: "Rehearsal" };
  await writeFile(join(dir, "Pulumi.yaml"), stringify(project));
  await writeFile(join(dir, "Pulumi.rehearsal.yaml"), stringify({ config: stackConfig(facts) }));
}

function stackConfig({ region, zone }: WebProjectFacts) {
  const domain = `tickets.${zone.name}`;
  return {
    "aws:region": region,
    "godwit:target": "web",
    "godwit:app": "acme",
    "godwit:web": {
      domain,
      zone,
      bucket: "acme-tickets",
      certificate: { create: true },
      mail: { from: `support@${domain}` },
      alarms: { email: "ops@acme.example" },
    },
  };
}
