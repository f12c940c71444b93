import type * as pulumi from "@pulumi/pulumi";
import { getParameterOutput } from "@pulumi/aws/ssm/getParameter.js";

/** Graviton: a number and a `g` after the family's letter, and the first generation. */
const ARM = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** The processor architecture of an instance type, as images name it. */
export function architectureOf(instanceType: string): "arm64" | "x86_64" {
  return ARM.test(instanceType) ? "arm64" : "x86_64";
}

/** The newest Amazon Linux 2023 for an instance type. */
export function latestImage(
  instanceType: string,
  opts: pulumi.InvokeOutputOptions,
): pulumi.Output<string> {
  const architecture = architectureOf(instanceType);
  const name = `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`;
  return getParameterOutput({ name }, opts).value;
}
