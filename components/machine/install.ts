import { PROGRAM } from "./unit.ts";

/**
 * The script that puts Node and godwit on an Amazon Linux 2023 machine. It may run again after it failed half-way.
 *
 * @param source where godwit is to be had, as the settings allow it: nothing that ends a quotation
 */
export function installScript(source: string): string {
  return `#!/bin/bash
set -euo pipefail
dnf --assumeyes install nodejs22 nodejs22-npm${source.startsWith("git+") ? " git-core" : ""}
${fetchLines(source).join("\n")}
test -x ${PROGRAM}
`;
}

function fetchLines(source: string): string[] {
  const install = "npm install --global --prefix /usr/local --no-audit --no-fund";
  if (!source.startsWith("s3://")) return [`${install} '${source}'`];
  const file = "/var/cache/godwit.tgz";
  return [`aws s3 cp '${source}' ${file}`, `${install} ${file}`];
}
