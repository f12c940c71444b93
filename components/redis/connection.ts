import * as pulumi from "@pulumi/pulumi";

/** How an application connects: what to put into its environment, and what to have injected as secrets. */
export interface Connection {
  readonly environment: Record<string, pulumi.Output<string>>;
  /** In the form of an ECS container definition's `secrets`. */
  readonly secrets: { readonly name: string; readonly valueFrom: pulumi.Output<string> }[];
}

export interface PlainEndpoint {
  readonly host: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
}

/** To the encrypted group: TLS, verified against the group's own name whatever name was dialled, and AUTH. */
export function encryptedConnection(
  primary: pulumi.Output<string>,
  port: pulumi.Output<number>,
  secretArn: pulumi.Output<string>,
): Connection {
  return {
    environment: {
      REDIS_HOST: primary,
      REDIS_PORT: port.apply(String),
      REDIS_TLS_ENABLED: pulumi.output("true"),
      REDIS_TLS_SERVERNAME: primary,
    },
    secrets: [{ name: "REDIS_AUTH_TOKEN", valueFrom: secretArn }],
  };
}

/** In plaintext and without a token: to the source, as it was, or to the relays, which add both where they are needed. */
export function plainConnection({ host, port }: PlainEndpoint): Connection {
  return {
    environment: {
      REDIS_HOST: host,
      REDIS_PORT: port.apply(String),
      REDIS_TLS_ENABLED: pulumi.output("false"),
    },
    secrets: [],
  };
}
