export const CERTIFICATE_ARN =
  /^arn:aws:acm:[a-z]{2}(?:-[a-z]+)+-\d:\d{12}:certificate\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws Error where the stack's name makes a bucket's name that S3 does not take */
export function checkStackName(environment: string): void {
  if (!STACK_NAME.test(environment)) {
    throw new Error(
      `The stack's name ${environment} cannot be part of a bucket's name: it must be up to ${MAX_STACK_NAME} small letters, digits and hyphens. ` +
        "Nothing was changed. Rename the stack: `pulumi stack rename`.",
    );
  }
}

/** What 63 letters leave beside an application's name of 24, an account's 12 and `-uploads-copy-`. */
const MAX_STACK_NAME = 12;
const STACK_NAME = new RegExp(`^[a-z0-9][a-z0-9-]{0,${MAX_STACK_NAME - 1}}$`);

/** Name of the database instance, and of what belongs to it. */
export const databaseNameOf = (app: string) => `${app}-database`;

/** Path under which the application's secrets are, and those only. */
export const secretPath = (app: string) => `${app}/`;
