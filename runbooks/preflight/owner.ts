/** Whose resources a target's are, as their tags say. */
export interface Owner {
  readonly app: string;
  readonly environment: string;
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Whether these are the tags that `components/tags.ts` gives the owner's resources. */
export function isOwn(tags: readonly Tag[], { app, environment }: Owner): boolean {
  const has = (key: string, value: string) =>
    tags.some(({ Key, Value }) => Key === key && Value === value);
  return has("managed-by", "godwit") && has("application", app) && has("environment", environment);
}
