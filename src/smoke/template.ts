// Placeholders in the texts of a suite: `{{ name }}` becomes a variable, a captured value, a secret, or the deployment's own words.
import { sha256 } from '../kit/digest.ts';

const placeholder = /\{\{\s*([A-Za-z_][\w.-]*)(?:\(\s*([\w.-]*)\s*\))?\s*\}\}/g;

/** Values by placeholder name: `run`, `token`, `secrets.PASSWORD`, `deployment.sha`, `deployment.version`, `run.id`. */
export type Values = Readonly<Record<string, string>>;

/** Names that stand in every suite. */
export const builtInNames = ['deployment.sha', 'deployment.version', 'run.id', 'environment'] as const;

/** Functions that make a value; only in `vars`, so that one run has one value. */
const makers = ['random_alnum', 'uuid', 'now'];

/** The names that the texts of a value mention, at any depth, keys included; of functions what they are given. */
export function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return [...value.matchAll(placeholder)].flatMap(([, name = '', given]) => nameOf(name, given));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...namesIn(key), ...namesIn(inner)]);
}

function nameOf(name: string, given: string | undefined): readonly string[] {
  if (given === undefined) return [name];
  return name === 'base64' ? [given] : [`${name}()`];
}

/** True for `random_alnum()`, `uuid()` and `now()`, as `namesIn` tells them. */
export function isMaker(name: string): boolean {
  return makers.some((one) => name === `${one}()`);
}

/** The value with every placeholder filled in; one without a value stays as it is (readSuite has refused unknown names). */
export function filled<T>(value: T, values: Values): T;
export function filled(value: unknown, values: Values): unknown {
  if (typeof value === 'string') return value.includes('{{') ? filledText(value, values) : value;
  // Most of a suite mentions nothing, and is not copied for every check.
  if (!mentions(value)) return value;
  if (Array.isArray(value)) return value.map((item) => filled(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [filled(key, values), filled(inner, values)]));
}

/** Whether any of its texts has a placeholder, keys included. */
function mentions(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('{{');
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(mentions);
  return Object.keys(value).some(mentions) || Object.values(value).some(mentions);
}

function filledText(text: string, values: Values): string {
  return text.replace(placeholder, (whole, name: string, given: string | undefined) => {
    if (given === undefined) return Object.hasOwn(values, name) ? (values[name] ?? whole) : whole;
    return name === 'base64' && Object.hasOwn(values, given) ? base64(values[given] ?? '') : whole;
  });
}

/** An address with what answers brought filled in as the parts of it that they are: `INV#12` names what `#` would cut off. What is an address itself,
 * or the rest of one, stays one. Nothing of it is a placeholder afterwards. */
export function filledAddress(url: string, values: Values): string {
  return url.replace(placeholder, (whole, name: string, given: string | undefined, at: number) => {
    const value = given === undefined && Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return whole;
    const plain = value.replace(/\{/g, '%7B');
    if (/^(?:\/|https?:\/\/)/i.test(value)) return plain;
    const part = plain.replace(/#/g, '%23');
    return url.slice(0, at).includes('?') ? part : part.replace(/\?/g, '%3F');
  });
}

/** The text with its makers replaced by values that follow from the seed alone: the same run and name give the same value. */
export function made(text: string, seed: string, now: number): string {
  let number = 0;
  return text.replace(placeholder, (whole, name: string, given: string | undefined) => {
    number += 1;
    const digest = sha256(`${seed}:${number}`);
    if (name === 'random_alnum') return alnum(digest, Math.min(32, Math.max(1, Number(given) || 8)));
    if (name === 'uuid') return uuid(digest);
    return name === 'now' && given !== undefined ? String(now) : whole;
  });
}

/** Base 36, lower case. */
function alnum(digest: string, length: number): string {
  return Array.from({ length }, (_, at) =>
    (Number.parseInt(digest.slice(2 * at, 2 * at + 2), 16) % 36).toString(36),
  ).join('');
}

/** In the form of version 4 (RFC 9562). */
function uuid(digest: string): string {
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) % 4) + 8).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
