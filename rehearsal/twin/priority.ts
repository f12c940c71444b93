/**
 * How far the mover and the provider plugins stand back, as `nice` counts: on the real thing they run on machines of
 * their own and take no processor from the clients' way, which here shares a few cores with them. A switch is not
 * slowed by it, since the clients' way stands still then.
 */
export const BACKGROUND_NICENESS = 5;
