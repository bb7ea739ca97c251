/** Percent and percentage points as the policy writes them, held as fractions (1 % and 1pp are 0.01). */

const percent = /^(-?\d+(?:\.\d+)?)\s*%$/;
const points = /^(-?\d+(?:\.\d+)?)\s*pp$/;

/** The fraction of `80 %` or `0.25%`; undefined when the text is not a percentage. */
export function parsePercent(text: string): number | undefined {
  return fraction(percent.exec(text.trim())?.[1]);
}

/** The fraction of `1pp` or `0.25 pp` (percentage points); undefined when the text is something else. */
export function parsePoints(text: string): number | undefined {
  return fraction(points.exec(text.trim())?.[1]);
}

/** A fraction as people read it: `0.12 %`, `4.1 %`, `25 %`; at most `digits` decimals (default 2), none that are zero. */
export function formatPercent(value: number, digits = 2): string {
  return `${Number((value * 100).toFixed(digits))} %`;
}

/** A difference of two fractions as percentage points, with its sign: `+0.4 pp`. */
export function formatPoints(value: number, digits = 2): string {
  const number = Number((value * 100).toFixed(digits));
  return `${number > 0 ? '+' : ''}${number} pp`;
}

function fraction(number: string | undefined): number | undefined {
  // Divided in decimal, so that 0.1 % is 0.001 and not 0.0010000000000000002.
  return number === undefined ? undefined : Number(`${number}e-2`);
}
