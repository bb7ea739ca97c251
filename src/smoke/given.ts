// What a check expects once its placeholders are filled in. What one of them brings is a text; it counts in the type of what came, for ids are
// numbers here and texts there.
import type { Expectation, Rule } from './shape.ts';
import { filled, type Values } from './template.ts';

/** Texts that a placeholder brought, and nothing else beside it. */
export interface Given {
  readonly given?: ReadonlySet<string>;
}

type Asked = Partial<Pick<Expectation, 'json' | 'value'>>;

/** The expectation with every placeholder filled in. */
export function filledExpectation<E extends Asked>(expect: E, values: Values): E & Given {
  const texts = textsIn([expect.json, expect.value]).filter((text) => /^\{\{[^{}]*\}\}$/.test(text));
  const asked = filled(expect, values);
  return texts.length === 0 ? asked : { ...asked, given: new Set(texts.map((text) => filled(text, values))) };
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The rule with each given text in the type of the value that it is about. */
export function inTypeOf(rule: Rule, got: unknown, given: Given['given']): Rule {
  if (given === undefined) return rule;
  const typed = <T>(want: T, of: unknown) => (typeof want === 'string' && given.has(want) ? asTypeOf(want, of) : want);
  if (typeof rule !== 'object' || rule === null) return typed(rule, got);
  const { equals, contains, one_of: some, not } = rule;
  const item = Array.isArray(got) ? got.find((one) => typeof one !== 'string') : got;
  return {
    ...rule,
    ...(equals === undefined ? {} : { equals: paired(equals, got, typed) }),
    ...(contains === undefined ? {} : { contains: typed(contains, item) }),
    ...(some === undefined ? {} : { one_of: some.map((one) => typed(one, got)) }),
    ...(not === undefined ? {} : { not: inTypeOf(not, got, given) }),
  };
}

/** Each text of a list or a map beside what stands at its place. */
function paired(want: unknown, got: unknown, typed: (want: unknown, of: unknown) => unknown): unknown {
  if (typeof want !== 'object' || want === null) return typed(want, got);
  const there = new Map<string, unknown>(typeof got === 'object' && got !== null ? Object.entries(got) : []);
  if (Array.isArray(want)) return want.map((one, at) => paired(one, there.get(String(at)), typed));
  return Object.fromEntries(Object.entries(want).map(([key, one]) => [key, paired(one, there.get(key), typed)]));
}

function asTypeOf(text: string, of: unknown): string | number | boolean {
  if (typeof of === 'number' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return Number(text);
  return typeof of === 'boolean' && /^(true|false)$/.test(text) ? text === 'true' : text;
}
