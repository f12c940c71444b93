import { machineUserData } from "../machine/userData.ts";

const MOVER = {
  id: "mover",
  description: "Moves data for godwit's runs",
  arguments: "worker --mover",
};

export interface UserDataArgs {
  readonly region: string;
  /** Where the mover looks for its engine: a reference, never the value. */
  readonly engineSecretArn: string;
  /** Where godwit is to be had. */
  readonly package: string;
}

/** What the machine is given for its first start: a cloud-config without any secret. */
export function moverUserData(args: UserDataArgs): string {
  return machineUserData({
    service: MOVER,
    environment: { AWS_REGION: args.region, GODWIT_ENGINE_SECRET: args.engineSecretArn },
    // By it a command line on this machine knows that it is the mover's.
    forLogins: true,
    package: args.package,
  });
}
