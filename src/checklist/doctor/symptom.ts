// Symptoms: one line of the doctor's table, how it stands and what to do about it.

/** `warn`: works, and most likely not as it was meant. `not-configured`: the policy leaves it out, or declares it and connects nothing. */
export type Standing = 'pass' | 'warn' | 'fail' | 'unknown' | 'not-configured';

export interface Symptom {
  /** What was looked at, e.g. `permission contents: read`. */
  readonly what: string;
  readonly standing: Standing;
  readonly found: string;
  /** What to do; empty where nothing is to be done. */
  readonly remedy: string;
}

/** It is as it should be. */
export function pass(what: string, found: string): Symptom {
  return { what, standing: 'pass', found, remedy: '' };
}

/** It is not: with what to do. */
export function symptom(what: string, standing: Exclude<Standing, 'pass'>, found: string, remedy: string): Symptom {
  return { what, standing, found, remedy };
}

/** What nobody could find out is never taken for well. */
export function isIll({ standing }: Symptom): boolean {
  return standing === 'fail' || standing === 'unknown';
}
