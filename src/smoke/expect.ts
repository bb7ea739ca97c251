// From an answer to what is wrong with it: each expectation that does not hold, with what was expected and what came.
import { formatDuration } from '../kit/duration.ts';
import { follow } from './path.ts';
import type { Reply } from './port.ts';
import { type Got, shown, unmet } from './rule.ts';
import type { Expectation, Rule } from './shape.ts';

export interface Failure {
  /** `status`, `header content-type`, `$.status`, `body`, `time`, `certificate`. */
  readonly about: string;
  readonly expected: string;
  readonly got: string;
}

const day = 86_400_000;

/** Everything that does not hold, whole and with secrets in it: clean it before it is shown. `now` (ms) is for certificates. */
export function failuresOf(expectation: Expectation, reply: Reply, now: number): readonly Failure[] {
  return [
    ...statusFailures(expectation.status, reply),
    ...Object.entries(expectation.header).flatMap(([name, rule]) => headerFailures(name, rule, reply)),
    ...jsonFailures(expectation.json, reply),
    ...bodyFailures(expectation.body, reply),
    ...timeFailures(expectation.below, reply),
    ...certificateFailures(expectation.certificate, reply, now),
  ];
}

/** A suite that names no status means success. */
function statusFailures(wanted: Expectation['status'] = ['2xx'], reply: Reply): readonly Failure[] {
  const family = `${Math.floor(reply.status / 100)}xx`;
  if (wanted.some((one) => one === reply.status || one === family)) return [];
  const said = reply.body === '' ? '' : `, ${reply.body.slice(0, 4_000)}`;
  return [{ about: 'status', expected: wanted.join(' or '), got: `${reply.status}${said}` }];
}

function headerFailures(name: string, rule: Rule, reply: Reply): readonly Failure[] {
  const value = reply.headers[name.toLowerCase()];
  return judged(`header ${name}`, asText(rule), value === undefined ? { kind: 'nothing' } : { kind: 'found', value });
}

function jsonFailures(rules: Expectation['json'], reply: Reply): readonly Failure[] {
  const entries = Object.entries(rules);
  if (entries.length === 0) return [];
  if (reply.truncated) return [tooLong('JSON', reply)];
  const document = parsed(reply.body);
  if (document === undefined) {
    const got = reply.body === '' ? 'an empty body' : reply.body.slice(0, 4_000);
    return [{ about: 'body', expected: 'JSON', got }];
  }
  return entries.flatMap(([path, rule]) => judged(path, rule, follow(document.value, path)));
}

/** An answer that was cut proves nothing about what it does not contain. */
function bodyFailures(rule: Rule | undefined, reply: Reply): readonly Failure[] {
  if (rule === undefined) return [];
  if (reply.truncated) return [tooLong('a whole body', reply)];
  return judged('body', asText(rule), { kind: 'found', value: reply.body });
}

function timeFailures(below: number | undefined, { durationMs }: Reply): readonly Failure[] {
  if (below === undefined || durationMs < below) return [];
  return [{ about: 'time', expected: `below ${formatDuration(below)}`, got: formatDuration(durationMs) }];
}

function certificateFailures(wanted: Expectation['certificate'], reply: Reply, now: number): readonly Failure[] {
  if (wanted === undefined) return [];
  if (reply.certificate === undefined) {
    return [{ about: 'certificate', expected: 'a certificate', got: 'none: the address is http' }];
  }
  const days = Math.floor((Date.parse(reply.certificate.validTo) - now) / day);
  return judged('certificate', wanted.days_left, { kind: 'found', value: days }).map((failure) => ({
    ...failure,
    got: `${days} days left (until ${reply.certificate?.validTo ?? ''})`,
  }));
}

function judged(about: string, rule: Rule, got: Got): readonly Failure[] {
  const value = got.kind === 'found' ? shown(got.value) : 'nothing there';
  return unmet(rule, got).map((expected) => ({ about, expected, got: value }));
}

function tooLong(expected: string, { body }: Reply): Failure {
  return { about: 'body', expected, got: `more than ${body.length} characters, cut there (defaults.max_body)` };
}

/** Headers and bodies are texts: a plain number in the file means its digits. */
function asText(rule: Rule): Rule {
  return typeof rule === 'number' || typeof rule === 'boolean' ? String(rule) : rule;
}

/** Parsed JSON; undefined when it is none. */
export function parsed(body: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return { value };
  } catch {
    return undefined;
  }
}
