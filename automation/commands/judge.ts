import { readAttestations } from "../attestations.ts";
import { projectRoot } from "../home.ts";
import type { PlannedResource, PolicyReport } from "../policyPack.ts";
import type { PreviewedResource } from "../stack/preview.ts";
import type { App } from "./context.ts";

/** A stack whose preview is judged. */
export interface Judged {
  readonly target: string;
  readonly stack: string;
  readonly resources: readonly PreviewedResource[];
  /** Whose attestations count: those of the project of this checkout, unless another is named. */
  readonly workDir?: string;
}

/** Holds the HIPAA policy against what a preview declares. */
export async function judge(
  app: App,
  { target, stack, resources, workDir = projectRoot }: Judged,
): Promise<PolicyReport> {
  const pack = await app.policy();
  const attestations = readAttestations(workDir, pack.attestable);
  const planned = resources.filter(({ op }) => !op.startsWith("delete")).map(asPlanned);
  return pack.evaluate({ target, stack, resources: planned, attestations, today: today() });
}

/** This day, against which waivers and attestations are held. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function asPlanned({ inputs, ...resource }: PreviewedResource): PlannedResource {
  return { ...resource, inputs: inputs as PlannedResource["inputs"] };
}
