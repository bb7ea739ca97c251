/** Durations as people write them in the policy (5m, 24h, 3 months), held as milliseconds. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
// A month is 30 days: the policy uses months for ages and rhythms only, where the calendar does not matter.
const lengths: Readonly<Record<string, number>> = {
  ms: 1,
  s: second,
  m: minute,
  h: hour,
  d: day,
  day,
  week: 7 * day,
  month: 30 * day,
};

const written = /^(\d+(?:\.\d+)?)\s*(?:(ms|s|m|h|d)|(day|week|month)s?)$/;

/** Milliseconds of `90s`, `5m`, `1.5h`, `14d`, `3 months`; undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = written.exec(text.trim());
  const length = lengths[match?.[2] ?? match?.[3] ?? ''];
  if (match === null || length === undefined) return undefined;
  const value = Number(match[1]) * length;
  return Number.isSafeInteger(Math.round(value)) ? Math.round(value) : undefined;
}

const steps = [
  { length: day, word: 'd' },
  { length: hour, word: 'h' },
  { length: minute, word: 'min' },
  { length: second, word: 's' },
] as const;

/**
 * Milliseconds as a person says them: `340 ms`, `1.2 s`, `38 s`, `1 min 30 s`, `24 h`, `14 d`. Under a minute at most one decimal;
 * above it the two largest units, rounded to the smaller of them.
 */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < second) return `${Math.round(ms)} ms`;
  if (ms < 10 * second) return `${Number((ms / second).toFixed(1))} s`;
  // Up to two days people say hours: the policy itself writes 24h and 48h.
  const large = steps.findIndex((step) => ms >= (step.word === 'd' ? 2 * step.length + 1 : step.length));
  const first = steps[large];
  const next = steps[large + 1];
  if (first === undefined) return `${ms} ms`;
  const grain = next?.length ?? first.length;
  const rounded = Math.round(ms / grain) * grain;
  // Rounding may reach the next larger unit: 59.9 s is a minute.
  if (rounded !== ms) return formatDuration(rounded);
  const whole = Math.floor(rounded / first.length);
  const rest = next === undefined ? 0 : Math.round((rounded - whole * first.length) / grain);
  return rest === 0 ? `${whole} ${first.word}` : `${whole} ${first.word} ${rest} ${next?.word ?? ''}`;
}
