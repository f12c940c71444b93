/** Amazon's regions in Canada, each with the other one to recover in. */
const RECOVERY: Readonly<Record<string, string>> = {
  "ca-central-1": "ca-west-1",
  "ca-west-1": "ca-central-1",
};

export const canadianRegions: readonly string[] = Object.keys(RECOVERY);

/** Where backups are replicated to, in Canada too. */
export function recoveryRegionOf(region: string): string {
  assertInCanada(region);
  return RECOVERY[region]!;
}

/** Two zones of a region that every account has. */
export function usualZonesOf(region: string): readonly string[] {
  return ["a", "b"].map((letter) => `${region}${letter}`);
}

/** @throws Error for a region outside Canada */
export function assertInCanada(region: string): void {
  if (canadianRegions.includes(region)) return;
  throw new Error(
    `\`region\` must be one of ${canadianRegions.join(", ")}, but is "${region}": health data stays in Canada.`,
  );
}
