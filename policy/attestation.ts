/** Somebody's word for what no rule can see. */
export interface Attestation {
  /** The checklist's item: `baa`. */
  readonly item: string;
  /** What is attested, where an item is said several times: the provider of a BAA. */
  readonly of?: string;
  readonly owner: string;
  /** When it was done: `2026-10-01`. */
  readonly date: string;
  /** Where the proof is kept. */
  readonly proof?: string;
}

const DAY_MS = 86_400_000;

/** Whether an attestation is no older than `days`; one of the future counts for nothing. */
export function holds({ date }: Attestation, days: number, today: string): boolean {
  const age = (Date.parse(today) - Date.parse(date)) / DAY_MS;
  return age >= 0 && age <= days;
}
