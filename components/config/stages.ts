/**
 * In the order of a migration; a stack never goes back by itself. `relay` and `fence` are those of mode relay only: the
 * application's name leads to the relays, then the source lets in nobody else.
 */
export const stages = ["prepare", "relay", "fence", "cutover", "settled"] as const;
export type Stage = (typeof stages)[number];

/** Whether `stage` comes before `other`. */
export function isBefore(stage: Stage, other: Stage): boolean {
  return stages.indexOf(stage) < stages.indexOf(other);
}

/** How the data moves: while it lives, behind relays or without them, or from a snapshot while the application is stopped. */
export const modes = ["relay", "live", "offline"] as const;
export type Mode = (typeof modes)[number];

/** Whether the target begins empty and is filled while the source lives, rather than restored from a snapshot. */
export function beginsEmpty(mode: Mode | undefined): boolean {
  return mode === "relay" || mode === "live";
}

/** How far the target's token has been exchanged: not at all, a second one beside the first, the second one alone. */
export const tokenRotations = ["none", "added", "set"] as const;
export type TokenRotation = (typeof tokenRotations)[number];
