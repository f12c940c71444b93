/** How many instances of what size. */
export interface ComputeChoices {
  /**
   * With 2 GB or more.
   *
   * @default "t3.medium"
   */
  readonly instanceType?: string;
  /** @default 2 */
  readonly minimum?: number;
  /** @default 6 */
  readonly maximum?: number;
  /**
   * How many to begin with; afterwards the scaling policies say it.
   *
   * @default the minimum
   */
  readonly desired?: number | undefined;
  /** @default 30 */
  readonly volumeGiB?: number;
  /** @default "22.12.0" */
  readonly nodeVersion?: string;
  /**
   * Where Ubuntu's packages are to be had by HTTPS.
   *
   * @default "https://mirrors.edge.kernel.org/ubuntu"
   */
  readonly packageMirror?: string;
  /**
   * When all instances are replaced by ones of the newest image, UTC.
   *
   * @default "cron(0 6 ? * SUN#3 *)"
   */
  readonly patchSchedule?: string;
}
