// The policy at 3 a.m.: a rollback must work while GitHub is down and while the newest policy file is broken.
import { parse, stringify } from 'yaml';
import { type Ask, unknown } from '../evidence/answer.ts';
import { Problem } from '../kit/problem.ts';
import { type PolicyPlace, type TrustedPolicy, trustedPolicy } from './trusted.ts';
import type { Vocabulary } from './vocabulary-shape.ts';

/** What a rollback needs of the file; faults elsewhere do not stop it. */
const needed = ['version', 'unit', 'env', 'traffic', 'rollback', 'flags'];
const neededInEnvironment = ['url', 'traffic', 'rollback', 'legs'];
/** Longest wait for the newest policy before the checked-out one serves, and for a base of another repository (ACTIONS, rollback). */
const patienceMs = 2000;

export interface EmergencyPlace extends PolicyPlace {
  /** A person named the target: the checked-out file first, without asking GitHub. */
  readonly named: boolean;
}

export interface EmergencyPolicy {
  readonly trusted: TrustedPolicy;
  /** Sentences for the report when not the newest whole file was used; empty otherwise. */
  readonly because: readonly string[];
  /** True when the file's roles and overrides are not among what was read. */
  readonly partial: boolean;
}

/** Reads what a rollback needs. Order: with a named target the checked-out file; else GitHub's within 2 s, then the checked-out one. Of a
 * file with faults the parts that a rollback needs count; of one whose base cannot be read its own parts alone. Throws a Problem when neither place has them. */
export async function emergencyPolicy(
  ask: Ask,
  place: EmergencyPlace,
  port: { readonly vocabulary: Vocabulary; readonly sleep: (ms: number) => Promise<void> },
): Promise<EmergencyPolicy> {
  const patient = withPatience(ask, port.sleep);
  const fromApi = () => tolerant(patient, { ...place, source: 'trusted' }, port.vocabulary);
  const fromWorkspace = () => tolerant(patient, { ...place, source: 'workspace' }, port.vocabulary);
  if (place.named) {
    const local = await fromWorkspace().catch(() => undefined);
    if (local?.trusted.found === true) return local;
    return fromApi();
  }
  let trouble: unknown;
  const newest = await Promise.race([
    fromApi().catch((error: unknown) => {
      trouble = error;
      return undefined;
    }),
    port.sleep(patienceMs).then(() => undefined),
  ]);
  if (newest !== undefined) return newest;
  const local = await fromWorkspace().catch(() => undefined);
  if (local?.trusted.found === true) {
    return {
      ...local,
      because: [...local.because, 'GitHub did not give the newest policy in time: the checked-out file was used'],
    };
  }
  if (trouble !== undefined) throw trouble;
  return fromApi();
}

/** The same port, where another repository has no longer than the patience to answer. */
function withPatience(ask: Ask, sleep: (ms: number) => Promise<void>): Ask {
  return async (question) => {
    if (question.kind !== 'foreign-file') return ask(question);
    const late = unknown(`GitHub did not answer within ${patienceMs / 1000} s`, 'try again when GitHub is well');
    return Promise.race([ask(question), sleep(patienceMs).then(() => late)]);
  };
}

/** The whole file; else what a rollback needs of it and of its bases; else of the file alone. */
async function tolerant(ask: Ask, place: PolicyPlace, vocabulary: Vocabulary): Promise<EmergencyPolicy> {
  const tell = async (kept?: (text: string) => string) => trustedPolicy(edited(ask, kept), place, vocabulary);
  const alone = async (because: readonly string[]) => ({ trusted: await tell(ownParts), because, partial: true });
  let trouble: string;
  try {
    return { trusted: await tell(), because: [], partial: false };
  } catch (error) {
    if (isBaseless(error)) return alone([baseless(error)]);
    if (!isFaulty(error)) throw error;
    trouble = `The policy has faults outside of what a rollback needs: ${error.message}`;
  }
  try {
    return { trusted: await tell(partsWithRoles), because: [trouble], partial: false };
  } catch {
    // Then the roles have faults too, or what is worse is found out below.
  }
  try {
    return { trusted: await tell(neededParts), because: [trouble], partial: true };
  } catch (error) {
    if (!isFaulty(error) && !isBaseless(error)) throw error;
    return alone(isBaseless(error) ? [trouble, baseless(error)] : [trouble]);
  }
}

function baseless(error: Problem): string {
  return `What the policy stands on is left out, its own traffic and rollback are used: ${error.message}`;
}

function isFaulty(error: unknown): error is Problem {
  return error instanceof Problem && error.parts.reason === 'bad-policy';
}

function isBaseless(error: unknown): error is Problem {
  return error instanceof Problem && error.parts.reason === 'policy-base-unreadable';
}

/** The same port, with the text of files changed before anybody reads it. */
function edited(ask: Ask, change: ((text: string) => string) | undefined): Ask {
  if (change === undefined) return ask;
  return async (question) => {
    const answer = await ask(question);
    if (answer.kind === 'unknown') return answer;
    const { value } = answer;
    if (typeof value !== 'object' || !('text' in value) || typeof value.text !== 'string') return answer;
    return { ...answer, value: { ...value, text: change(value.text) } };
  };
}

/** The text with only the parts a rollback needs, on its bases; as it stands when it is no YAML map at all. */
export function neededParts(text: string): string {
  return partsOf(text, ['extends', ...needed]);
}

/** The same with who may set a guard aside. */
function partsWithRoles(text: string): string {
  return partsOf(text, ['extends', 'roles', 'overrides', ...needed]);
}

/** The same without its bases. */
function ownParts(text: string): string {
  return partsOf(text, needed);
}

function partsOf(text: string, keys: readonly string[]): string {
  let whole: unknown;
  try {
    whole = parse(text);
  } catch {
    return text;
  }
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return text;
  const map: Readonly<Record<string, unknown>> = { ...whole };
  const environments = only(map.environments, undefined, (one) => only(one, neededInEnvironment));
  return stringify({ ...only(map, keys), ...(environments === undefined ? {} : { environments }) });
}

function only(
  value: unknown,
  keys: readonly string[] | undefined,
  inner: (one: unknown) => unknown = (one) => one,
): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const kept = Object.entries(value).filter(([key]) => keys === undefined || keys.includes(key));
  return Object.fromEntries(kept.map(([key, one]) => [key, inner(one) ?? {}]));
}
