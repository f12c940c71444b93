/** Where a run happens: which cloud answers, which Pulumi backend, which folder holds the stack's settings. */
export interface RunEnvironment {
  /**
   * Variables for the Pulumi CLI, the AWS SDK and the data connections: `AWS_*`, `PULUMI_*`,
   * `SSL_CERT_FILE` (CA bundle for data servers) and `GODWIT_RESOLVER` (`ip:port` of the name server to ask
   * instead of the system's). Never written to the engine's database.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Folder with `Pulumi.yaml` and `Pulumi.<stack>.yaml`; a run writes the stage it has reached there. */
  readonly workDir: string;
  /** How many times faster than the wall clock soaks and waits run: 1 for real, more in a rehearsal. */
  readonly clockFactor: number;
}
