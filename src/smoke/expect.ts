// From an answer to what is wrong with it: each expectation that does not hold, with what was expected and what came.
import { formatDuration } from '../kit/duration.ts';
import { deviationsOf } from './deviation.ts';
import { around } from './difference.ts';
import { followDigits, readDigits } from './digits.ts';
import { hidden, shownAddress, shownHeader } from './discretion.ts';
import type { Failure } from './failure.ts';
import { type Given, inTypeOf } from './given.ts';
import { matchesIn } from './html.ts';
import { deepest, nestsTooDeeply } from './nesting.ts';
import { follow } from './path.ts';
import { placeIn } from './pattern.ts';
import type { Reply } from './port.ts';
import { type Got, shown, typeOf, unmet } from './rule.ts';
import { schemaFailures } from './schema.ts';
import { setCookieAt } from './set-cookie.ts';
import type { Expectation, Rule } from './shape.ts';

const day = 86_400_000;

/** Everything that does not hold, whole and with secrets in it: clean it before it is shown. `now` (ms) is for certificates. */
export function failuresOf(expectation: Expectation & Given, reply: Reply, now: number): readonly Failure[] {
  return [
    ...statusFailures(expectation.status ?? [expectation.redirect_to === undefined ? '2xx' : '3xx'], reply),
    ...Object.entries(expectation.header).flatMap(([name, rule]) => headerFailures(name, rule, reply)),
    ...Object.entries(expectation.cookie).flatMap(([name, rule]) => cookieFailures(name, rule, reply)),
    ...redirectFailures(expectation.redirect_to, reply),
    ...jsonFailures(expectation, reply),
    ...htmlFailures(expectation.html, reply),
    ...bodyFailures(expectation.body, reply),
    ...timeFailures(expectation.below, reply.durationMs),
    ...certificateFailures(expectation.certificate, reply, now),
  ];
}

/** A suite that names no status means success, or the redirect that it asks for. */
function statusFailures(wanted: NonNullable<Expectation['status']>, reply: Reply): readonly Failure[] {
  const family = `${Math.floor(reply.status / 100)}xx`;
  if (wanted.some((one) => one === reply.status || one === family)) return [];
  const to = reply.headers.location === undefined ? '' : `, to ${shownAddress(reply.headers.location)}`;
  const said = reply.body === '' ? '' : `, ${reply.body.slice(0, 4_000)}`;
  return [{ about: 'status', expected: wanted.join(' or '), got: `${reply.status}${to}${said}` }];
}

function headerFailures(name: string, rule: Rule, reply: Reply): readonly Failure[] {
  const value = reply.headers[name.toLowerCase()];
  return discreet(judged(`header ${name}`, asText(rule), gotOf(value)), value, (text) => shownHeader(name, text));
}

function cookieFailures(name: string, rule: Rule, { setCookies = [] }: Reply): readonly Failure[] {
  const value = setCookieAt(setCookies, name);
  const shownOf = (text: string) => (name.includes('@') ? text : hidden(text));
  return discreet(judged(`cookie ${name}`, asText(rule), gotOf(value)), value, shownOf);
}

function redirectFailures(rule: Rule | undefined, { headers }: Reply): readonly Failure[] {
  const { location } = headers;
  return rule === undefined
    ? []
    : discreet(judged('redirect to', asText(rule), gotOf(location)), location, shownAddress);
}

/** The failures with the value as it may be shown. */
function discreet(
  failures: readonly Failure[],
  value: string | undefined,
  shownOf: (value: string) => string,
): readonly Failure[] {
  return value === undefined ? failures : failures.map((one) => ({ ...one, got: shown(shownOf(value)) }));
}

function jsonFailures(wanted: Expectation & Given, reply: Reply): readonly Failure[] {
  if (Object.keys(wanted.json).length === 0 && wanted.schema === undefined) return [];
  if (reply.truncated) return [tooLong('JSON', reply)];
  return documentFailures(wanted, reply.body, 'body');
}

/** What is expected of a text that must be JSON: the body of an answer, or what a command printed. */
export function documentFailures(
  { json, schema, given }: Pick<Expectation, 'json' | 'schema'> & Given,
  text: string,
  about: string,
): readonly Failure[] {
  const document = parsed(text);
  if (document === undefined) {
    return [{ about, expected: 'JSON', got: unreadable(text, about) }];
  }
  const read = readDigits(document.value, text);
  const values = Object.entries(json).flatMap(([path, rule]) => {
    const got = followDigits(read, path);
    const failures = judged(nameOf(path), got.kind === 'found' ? inTypeOf(rule, got.value, given) : rule, got);
    return got.kind === 'found'
      ? failures
      : failures.map((one) => ({ ...one, got: `${one.got}: ${instead(document.value, path, about)}` }));
  });
  return [...values, ...(schema === undefined ? [] : schemaFailures(schema, document.value))];
}

/** What failures are about besides JSON. */
const others = ['status', 'body', 'time', 'certificate', 'exit', 'stdout', 'stderr', 'rows', 'value'];

/** The path as it is written; a field that is called as something else that may fail as a path that cannot be mistaken for it. */
function nameOf(path: string): string {
  return others.includes(path) ? `$.${path}` : path;
}

/** What the document has in place of what was looked for: told of the last step of the path that is there. */
function instead(document: unknown, path: string, about: string): string {
  for (let [before, here] = [path, withoutLast(path)]; here !== before; [before, here] = [here, withoutLast(here)]) {
    const held = here === '' || here === '$' ? undefined : follow(document, here);
    if (held?.kind !== 'found') continue;
    // Nobody asked for the value, which may be a secret.
    if (typeof held.value !== 'object' || held.value === null) return `${here} is a ${typeOf(held.value)}`;
    const isLength = path === `${here}.length` && Array.isArray(held.value);
    return `${heldBy(held.value, here)}${isLength ? ', whose length is its `count`' : ''}`;
  }
  return heldBy(document, about);
}

function withoutLast(path: string): string {
  return path.replace(/(?:^|\.)[^.[\]/]+$|\[[^[\]]*\]$/, '');
}

function heldBy(document: unknown, about: string): string {
  if (Array.isArray(document)) return `${about} is a list of ${document.length}`;
  if (typeof document !== 'object' || document === null) return `${about} is ${shown(document)}`;
  const keys = Object.keys(document);
  if (keys.length === 0) return `${about} is an empty map`;
  return `${about} has ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ` and ${keys.length - 8} more` : ''}`;
}

function unreadable(text: string, about: string): string {
  if (text.trim() === '') return `an empty ${about}`;
  return nestsTooDeeply(text) ? `brackets that nest deeper than ${deepest} levels` : text.slice(0, 4_000);
}

/** A count is one of matches; any other word is about the first of them. */
function htmlFailures(rules: Expectation['html'], reply: Reply): readonly Failure[] {
  return Object.entries(rules).flatMap(([selector, rule]) => {
    const about = `html ${selector}`;
    if (reply.truncated) return [tooLong('a whole page', reply)];
    const found = matchesIn(reply.body, selector);
    if ('because' in found) return [{ about, expected: 'a page to look into', got: found.because }];
    const first = gotOf(found[0]?.value);
    if (typeof rule !== 'object' || rule === null || rule.count === undefined)
      return judged(about, asText(rule), first);
    const { count, ...more } = rule;
    const counted = judged(about, { count }, { kind: 'found', value: found });
    const got = `${found.length} of them`;
    return [
      ...counted.map((failure) => ({ ...failure, got })),
      ...(Object.keys(more).length === 0 ? [] : judged(about, asText(more), first)),
    ];
  });
}

/** An answer that was cut proves nothing about what it does not contain. */
function bodyFailures(rule: Rule | undefined, reply: Reply): readonly Failure[] {
  if (rule === undefined) return [];
  if (reply.truncated) return [tooLong('a whole body', reply)];
  return judged('body', asText(rule), { kind: 'found', value: reply.body });
}

/** The longest time, against the time it took (ms). */
export function timeFailures(below: number | undefined, durationMs: number): readonly Failure[] {
  if (below === undefined || durationMs < below) return [];
  return [{ about: 'time', expected: `below ${formatDuration(below)}`, got: formatDuration(durationMs) }];
}

function certificateFailures(wanted: Expectation['certificate'], reply: Reply, now: number): readonly Failure[] {
  if (wanted === undefined) return [];
  if (reply.certificate === undefined) {
    return [{ about: 'certificate', expected: 'a certificate', got: 'none: the address is http' }];
  }
  return daysFailures('certificate', wanted.days_left, reply.certificate.validTo, now);
}

/** Whole days until an instant (ISO), negative when it is over. */
export function daysFailures(about: string, rule: Rule, validTo: string, now: number): readonly Failure[] {
  const days = Math.floor((Date.parse(validTo) - now) / day);
  return judged(about, rule, { kind: 'found', value: days }).map((failure) => ({
    ...failure,
    got: `${days} days left (until ${validTo})`,
  }));
}

/** What of a rule does not hold for a value: of a map or list that was to equal another one, the places where they differ. */
export function judged(about: string, rule: Rule, got: Got): readonly Failure[] {
  const unmetWords = unmet(rule, got);
  if (unmetWords.length === 0) return [];
  if (got.kind === 'nothing') return unmetWords.map((expected) => ({ about, expected, got: 'nothing there' }));
  const wanted = typeof rule === 'object' ? rule?.equals : undefined;
  const places = wanted === undefined ? [] : deviationsOf(wanted, got.value);
  if (places.length > 0) {
    const deeper = places.map((one) => ({
      about: `${about}${one.path}`,
      expected: one.expected === undefined ? 'nothing' : shown(one.expected),
      got: one.got === undefined ? 'nothing there' : shown(one.got),
    }));
    const others = unmetWords.filter((one) => one !== shown(wanted));
    return [...deeper, ...others.map((expected) => ({ about, expected, got: shown(got.value) }))];
  }
  return unmetWords.map((expected) => ({ about, expected, got: excerptOf(rule, got.value) }));
}

/** The value; of a long text that has what must not be in it, from there on. */
function excerptOf(rule: Rule, value: unknown): string {
  const not = typeof rule === 'object' ? rule?.not : undefined;
  if (typeof value !== 'string' || typeof not !== 'object' || not === null) return shown(value);
  const { contains, matches } = not;
  const place =
    contains !== undefined ? value.indexOf(String(contains)) : matches === undefined ? -1 : placeIn(matches, value);
  return shown(around(value, place));
}

function gotOf(value: string | undefined): Got {
  return value === undefined ? { kind: 'nothing' } : { kind: 'found', value };
}

function tooLong(expected: string, { body }: Reply): Failure {
  return { about: 'body', expected, got: `more than ${body.length} characters, cut there (defaults.max_body)` };
}

/** Headers, bodies and outputs are texts: a plain number in the file means its digits. */
export function asText(rule: Rule): Rule {
  if (typeof rule !== 'object' || rule === null) return digits(rule);
  const { equals, one_of: some, not } = rule;
  return {
    ...rule,
    ...(typeof equals === 'number' || typeof equals === 'boolean' ? { equals: String(equals) } : {}),
    ...(some === undefined ? {} : { one_of: some.map(digits) }),
    ...(not === undefined ? {} : { not: asText(not) }),
  };
}

function digits<T>(value: T): T | string {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/** Parsed JSON; undefined when it is none, or nests deeper than anything is read. */
export function parsed(body: string): { readonly value: unknown } | undefined {
  try {
    if (nestsTooDeeply(body)) return undefined;
    const value: unknown = JSON.parse(body);
    return { value };
  } catch {
    return undefined;
  }
}
