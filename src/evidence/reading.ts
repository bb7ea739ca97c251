// Readings: what a metric source or a platform answers, in numbers or in words of why not.

/** One reading of a query. Counters are cumulative where the source says so: the judge differences them. */
export type Reading =
  | { readonly kind: 'value'; readonly value: number; readonly at: number }
  | { readonly kind: 'no-data'; readonly because: string; readonly at: number }
  | {
      readonly kind: 'error';
      readonly because: string;
      readonly remedy: string;
      readonly retryable: boolean;
      readonly at: number;
    };

/** The firing alerts by name, those of one name several times. */
export type AlertsReading =
  | { readonly kind: 'alerts'; readonly firing: readonly string[] }
  | Exclude<Reading, { readonly kind: 'value' }>;

export type PartsReading =
  | { readonly kind: 'parts'; readonly parts: Readonly<Record<string, number>> }
  | Exclude<Reading, { readonly kind: 'value' }>;

/** A past time, both ends included; ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

export type RangeReading =
  | { readonly kind: 'values'; readonly values: readonly { readonly at: number; readonly value: number }[] }
  | Exclude<Reading, { readonly kind: 'value' }>;

/** The pods that a platform was told to run, and those of the newest template that are ready. */
export type PodsReading =
  | { readonly kind: 'pods'; readonly wanted: number; readonly ready: number }
  | Exclude<Reading, { readonly kind: 'value' }>;
