import type { MachineWhole } from "../machine/whole.ts";

/** What the parts of one mover have in common. */
export interface MoverWhole extends MachineWhole {
  /** Application whose data it moves; starts every name in the cloud. */
  readonly app: string;
  /** Whether a deleted secret can be had back for as long as the service allows. */
  readonly protect: boolean;
}

/** Name of the machine, its security group, its role and its profile. */
export function moverNameOf({ app }: Pick<MoverWhole, "app">): string {
  return `${app}-mover`;
}
