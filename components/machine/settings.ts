import { text } from "../config/fields.ts";

const PLACE = "[\\w.~%+/-]+";
/** None of these can hold a password, or end the quotes that the installation puts around it. */
const PACKAGE = new RegExp(
  `^(s3://[a-z0-9][a-z0-9.-]+/${PLACE}\\.(tgz|tar\\.gz)|https://[\\w.-]+(:\\d+)?/${PLACE}\\.(tgz|tar\\.gz)|git\\+https://[\\w.-]+(:\\d+)?/${PLACE}#${PLACE})$`,
);

/* Settings that every kind of machine has. */

export const packageSource = text(
  PACKAGE,
  "where the machine gets godwit from, without a password: an s3:// or https:// address of a .tgz, or git+https://…#ref",
  "s3://acme-artifacts/godwit-0.1.0.tgz",
);

export function instanceType(byDefault: string) {
  return text(
    /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge)$/,
    "an EC2 instance type",
    byDefault,
  ).default(byDefault);
}
