import * as pulumi from "@pulumi/pulumi";

/**
 * What an input or output comes to. Rejects when it fails, where waiting in an `apply` would hang; unknown values
 * (of a preview) give undefined.
 */
export async function valueOf<T>(input: pulumi.Input<T>): Promise<T> {
  // The SDK's own way to wait; its type declarations leave it out.
  const output = pulumi.output(input) as unknown as { promise: () => Promise<T> };
  return await output.promise();
}

/** Whether an output is kept from being shown. */
export async function isSecret(input: pulumi.Input<unknown>): Promise<boolean> {
  return await pulumi.isSecret(pulumi.output(input));
}
