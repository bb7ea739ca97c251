// Feature flags: what the provider of the policy, or a file of the repository, tells of one; and which flags a change names.
import { parse } from 'yaml';
import { z } from 'zod';
import { type Answers, type Known, known, type Unknown, unknown } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import type { FlagFact } from '../evidence/service.ts';
import type { Effective } from '../policy/effective.ts';
import { fencedLines, withoutComments } from './fence.ts';
import type { Moment } from './moment.ts';

/** What is looked at; less than a criterion gets, so that the change itself may ask. */
interface Case {
  readonly policy: Effective;
  readonly moment: Moment;
  readonly change: { readonly sha: string };
}

const value = z.union([z.boolean(), z.string(), z.number(), z.null()]);
const state = { enabled: z.boolean().optional(), default: value.optional() };
const written = z.looseObject({
  ...state,
  created: z.string().optional(),
  requires: z.array(z.string()).optional(),
  targets: z.array(z.string()).optional(),
  archived: z.boolean().optional(),
  environments: z.record(z.string(), z.looseObject(state)).optional(),
});
const file = z.record(z.string(), z.union([z.boolean(), written]));

/** Where the flags of the policy stand: a file can be read at both moments, a provider at deploy only. */
export function asksFlag(name: string, given: Case): readonly Question[] {
  const { policy, moment } = given;
  if (policy.flags?.provider === undefined) return [];
  if (policy.flags.provider === 'file') return [fileOf(given)];
  return moment === 'deploy' ? [flagOf(name, given)] : [];
}

/** What is known of the flag. */
export function flagTold(name: string, given: Case, answers: Answers): Known<FlagFact> | Unknown {
  const { policy, moment } = given;
  const provider = policy.flags?.provider;
  if (provider === undefined)
    return unknown('the policy names no flag provider', 'write `flags: {provider: unleash}`, launchdarkly or file');
  if (provider === 'file') return inFile(name, given, answers);
  return moment === 'deploy'
    ? answers.of(flagOf(name, given))
    : unknown('the flag provider is not asked on pull requests', 'nothing: the gate asks at deploy');
}

interface Named {
  readonly policy: Pick<Effective, 'rollback'>;
  readonly change: { readonly pulls: readonly { readonly body: string }[] };
}

/** Flags that the change names: a line `Flag: new-checkout` of a description, and the flag of the rollback. */
export function flagsNamed({ policy, change }: Named): readonly string[] {
  const own = policy.rollback.flag === undefined ? [] : [policy.rollback.flag];
  return [...new Set([...own, ...change.pulls.flatMap(({ body }) => flagsIn(body))])];
}

/** The lines `Flag: new-checkout` (or several, with commas) that a reader of the description sees. */
export function flagsIn(body: string): readonly string[] {
  const lines = fencedLines(withoutComments(body)).filter(({ fenced }) => !fenced);
  return lines.flatMap(({ line }) => {
    const names = /^\W{0,8}flags?\**:\W{0,4}([\w.-][\w., `-]{1,200})/i.exec(line)?.[1] ?? '';
    return names.split(/[, `]+/).filter((name) => /^[\w.-]{2,80}$/.test(name));
  });
}

function flagOf(name: string, { policy }: Case): QuestionOf<'flag'> {
  const { provider = '', options = {} } = policy.flags ?? {};
  return { kind: 'flag', provider, options, environment: policy.environment, name };
}

function fileOf({ policy, change }: Case): QuestionOf<'file'> {
  const { path } = policy.flags?.options ?? {};
  return { kind: 'file', path: typeof path === 'string' ? path : 'flags.yml', sha: change.sha };
}

function inFile(name: string, given: Case, answers: Answers): Known<FlagFact> | Unknown {
  const question = fileOf(given);
  const told = answers.of(question);
  if (told.kind === 'unknown') return told;
  if (!told.value.found)
    return unknown(`there is no ${question.path}`, `write it, or name another under \`flags: path:\``);
  const flags = file.safeParse(parsed(told.value.text));
  if (!flags.success)
    return unknown(`${question.path} is no map of flags`, 'write `new-checkout: {enabled: false, default: false}`');
  const found = flags.data[name];
  if (found === undefined)
    return known({ found: false, enabled: false, archived: false, off: '', parents: [], targets: [] });
  const flag: z.output<typeof written> = typeof found === 'boolean' ? { enabled: found } : found;
  const here = flag.environments?.[given.policy.environment];
  const off = here?.default === undefined ? flag.default : here.default;
  const at = Date.parse(flag.created ?? '');
  return known({
    found: true,
    enabled: here?.enabled ?? flag.enabled ?? false,
    archived: flag.archived === true,
    off: off === undefined ? '' : JSON.stringify(off),
    ...(Number.isNaN(at) ? {} : { createdAt: at }),
    parents: flag.requires ?? [],
    targets: flag.targets ?? [],
  });
}

/** YAML 1.2 with JSON in it; dates stay text. Undefined for what cannot be read. */
function parsed(text: string): unknown {
  try {
    return parse(text, { version: '1.2', maxAliasCount: 10, prettyErrors: false });
  } catch {
    return undefined;
  }
}
