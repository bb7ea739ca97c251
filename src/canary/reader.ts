// The reader of a metric source, as the canary asks it.
import type { AlertsReading } from '../evidence/reading.ts';

/** What a metric source answers to one query. */
export type Reading =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'no-data'; readonly because: string }
  | { readonly kind: 'error'; readonly because: string; readonly remedy: string; readonly retryable: boolean };

export interface Reader {
  read(query: string, at: number, windowMs: number): Promise<Reading>;
  /** One number for each value of a label; absent where the source cannot part its numbers. */
  parts?(
    query: string,
    label: string,
    at: number,
  ): Promise<
    | { readonly kind: 'parts'; readonly parts: Readonly<Record<string, number>> }
    | Exclude<Reading, { readonly kind: 'value' }>
  >;
  /** The alerts that fire for the service; absent where the source was not told which they are. */
  alerts?(at: number): Promise<AlertsReading>;
  /** The query at every step of a past time; absent where the source has none. */
  range?(
    query: string,
    span: { readonly from: number; readonly to: number; readonly stepMs: number },
  ): Promise<
    | { readonly kind: 'values'; readonly values: readonly { readonly at: number; readonly value: number }[] }
    | Exclude<Reading, { readonly kind: 'value' }>
  >;
}
