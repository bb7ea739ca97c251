// Vacuous words of `expect`: they hold whatever comes, and so look like an expectation and are none.
import { isIn } from './pattern.ts';
import type { Check, Rule, Suite } from './shape.ts';

/** The words of a check that cannot fail, as the file has them. */
export function vacuousWords(check: Check, { defaults }: Pick<Suite, 'defaults'>): readonly string[] {
  const { expect, http, probe } = check;
  const texts = { body: expect.body, stdout: expect.stdout, stderr: expect.stderr };
  const counts = { rows: expect.rows, count: expect.count };
  const timeout = check.timeout ?? defaults.timeout;
  return [
    ...Object.entries(texts).flatMap(([word, rule]) => (rule !== undefined && takesAnyText(rule) ? [word] : [])),
    ...Object.entries(counts).flatMap(([word, rule]) => (rule !== undefined && takesAnyCount(rule) ? [word] : [])),
    ...(['2xx', '3xx', '4xx', '5xx'].every((family) => expect.status?.some((one) => one === family)) ? ['status'] : []),
    ...(http !== undefined && expect.below !== undefined && expect.below >= timeout ? ['below'] : []),
    ...(probe !== undefined && (expect.errors ?? 0) >= probe.repeat ? ['errors'] : []),
  ];
}

function takesAnyText(rule: Rule): boolean {
  if (typeof rule !== 'object' || rule === null) return false;
  const { exists, contains, starts_with: start, ends_with: end, matches, ...others } = rule;
  const anyPattern = matches === undefined || ['', 'x', 'a longer\ntext'].every((text) => isIn(matches, text));
  const anyPart = [contains, start, end].every((part) => part === undefined || part === '');
  return exists !== false && anyPart && anyPattern && !saysMore(others);
}

function takesAnyCount(rule: Rule): boolean {
  if (typeof rule !== 'object' || rule === null) return false;
  const { gte, gt, exists, ...others } = rule;
  return exists !== false && (gte === undefined || gte <= 0) && (gt === undefined || gt < 0) && !saysMore(others);
}

function saysMore(words: object): boolean {
  return Object.values(words).some((value) => value !== undefined);
}
