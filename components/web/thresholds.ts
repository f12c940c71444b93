/** When an alarm goes off. */
export interface WebThresholds {
  /** Requests answered with 5xx, in percent. Only judged with at least `ERRORS_MIN_REQUESTS` in 5 minutes. */
  readonly errorPercent: number;
  /** Of the data volume, in percent. */
  readonly diskPercent: number;
  /** Of the machine, in percent. */
  readonly memoryPercent: number;
  /** What the account may cost a month, in US dollars; told at 80 percent of it, and when it is foreseen to be more. */
  readonly monthlyBill: number;
}

export const webAlarmDefaults: WebThresholds = {
  errorPercent: 5,
  diskPercent: 80,
  memoryPercent: 90,
  monthlyBill: 20,
};

/** With fewer requests than this in 5 minutes, one error would be an alarm. */
export const ERRORS_MIN_REQUESTS = 20;
