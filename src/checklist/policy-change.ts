// A change of the policy itself: it is judged by the old one, says so, and is told what the new one would say of it.
import { type Answer, type Answers, type Ask, unknown } from '../evidence/answer.ts';
import type { Comparison, FileFact } from '../evidence/fact.ts';
import type { QuestionKind, QuestionOf } from '../evidence/question.ts';
import { gather } from '../evidence/round.ts';
import type { Phrase } from '../kit/phrase.ts';
import { Problem } from '../kit/problem.ts';
import { foreignBases, shortName } from '../policy/base.ts';
import { readDocument } from '../policy/document.ts';
import { type Effective, effective } from '../policy/effective.ts';
import type { Fault } from '../policy/fault.ts';
import { type PolicyRead, policyOf, starterPolicy } from '../policy/policy.ts';
import type { TrustedPolicy } from '../policy/trusted.ts';
import type { Evidence } from '../record/evidence.ts';
import { changeOf, isConcerned } from './change.ts';
import { type Case, findings } from './checklist.ts';
import type { Finding, Found } from './finding.ts';
import { about, fail, pass, unknownFinding } from './finding.ts';
import type { Seen } from './inquiry.ts';
import { type Judgement, judge, notConcerned } from './judge.ts';
import type { Scope } from './scope.ts';
import { counted } from './words.ts';

/** What a change of the policy adds to the report. */
export interface PolicyChange {
  readonly finding: Finding;
  readonly details: Evidence['details'];
}

interface Edit {
  readonly scope: Scope;
  readonly seen: Seen;
  readonly trusted: TrustedPolicy;
  /** The input `type`, empty when not given. */
  readonly type: string;
}

/** Most lines of a list in the report: who sees ten has enough to do. */
const most = 10;

/** What is to be said when the change edits the policy; undefined when it does not, and at deploy, where the merged policy judges already.
 * Asks for the new text and for bases that it has moved to another commit, nothing else: a policy that nobody has approved sends the gate
 * nowhere. */
export async function policyChangeOf(ask: Ask, edit: Edit): Promise<PolicyChange | undefined> {
  const { scope, seen, trusted } = edit;
  if (scope.moment === 'deploy') return undefined;
  const range = rangeOf(scope, seen.answers);
  if (range === undefined) return undefined;
  const [old, now] = [fileAt(trusted, range.mergeBase), fileAt(trusted, scope.sha)];
  const listed = range.files.some(({ path, previous }) => path === trusted.path || previous === trusted.path);
  if (!listed && range.complete) return undefined;
  const answers = await gather(ask, () => (listed ? [now] : [old, now]), { from: seen.answers, rounds: 1 });
  const [before, after] = [answers.find(old), answers.of(now)];
  if (!listed && before?.kind === 'known' && after.kind === 'known' && before.value.text === after.value.text)
    return undefined;
  if (after.kind === 'unknown')
    return changed(unknownFinding(`the new text cannot be read: ${after.because}`, after.remedy));
  return judgedAnew(await readNew(ask, after.value, trusted, answers), after.value, edit, answers);
}

function rangeOf(scope: Scope, answers: Answers): Comparison | undefined {
  if (scope.pull !== undefined) return answers.value({ kind: 'pull-files', number: scope.pull });
  return scope.base === undefined
    ? undefined
    : answers.value({ kind: 'comparison', base: scope.base, head: scope.sha });
}

function fileAt({ path }: TrustedPolicy, sha: string): QuestionOf<'file'> {
  return { kind: 'file', path, sha };
}

type NewPolicy = PolicyRead | { readonly kind: 'unread'; readonly base: string };

/** Reads the new text. A base counts when the old policy stands on the same file of the same repository, at whatever commit: of all
 * others the author of the change would choose what this token reads and the report quotes. */
async function readNew(ask: Ask, file: FileFact, trusted: TrustedPolicy, from: Answers): Promise<NewPolicy> {
  const { vocabulary } = trusted.policy;
  if (!file.found) return { kind: 'policy', policy: starterPolicy(vocabulary), warnings: () => [] };
  const own = readDocument(file.text, file.path);
  const named = foreignBases(own);
  const stranger = named.find(
    ({ name }) => ![...trusted.bases.keys()].some((known) => placeOf(known) === placeOf(name)),
  );
  if (stranger !== undefined) return { kind: 'unread', base: shortName(stranger) };
  const questions = named.map(
    ({ repository, path, sha }) => ({ kind: 'foreign-file', repository, path, sha }) as const,
  );
  const answers = await gather(ask, () => questions, { from, rounds: 1 });
  const bases = new Map(trusted.bases);
  for (const { name, repository, path, sha } of named) {
    const base = answers.value({ kind: 'foreign-file', repository, path, sha });
    if (base?.found === true) bases.set(name, base.text);
    else if (!bases.has(name)) return { kind: 'unread', base: shortName({ repository, path, sha }) };
  }
  return policyOf(own, vocabulary, { path: file.path, bases });
}

function placeOf(name: string): string {
  return name.slice(0, name.lastIndexOf('@'));
}

function judgedAnew(read: NewPolicy, file: FileFact, edit: Edit, answers: Answers): PolicyChange {
  if (read.kind === 'unread') {
    return changed(
      unknownFinding(
        `the new one stands on ${read.base}, which is not read before the merge`,
        'read that file yourself before you approve',
      ),
    );
  }
  if (read.kind === 'faults') return faulty(read.faults, file);
  const { policy, leg } = { policy: read.policy, leg: edit.seen.judged.policy.leg };
  const here = effective(policy, { environment: edit.seen.judged.policy.environment, leg });
  if (here.kind === 'fault') return faulty([here.fault], file);
  const told = anew(here.effective, edit, answers);
  if (told instanceof Problem)
    return changed(fail(`the new one would refuse this run: ${told.message}`, told.parts.fix));
  const removed = file.found ? '' : 'the file is removed; preset starter ';
  const stopped = here.effective.enforce === 'full' || told.judgement.verdict === 'open';
  const said = `${told.judgement.verdict}: ${told.judgement.title}${stopped ? '' : ', and stop nothing (enforce: report)'}`;
  return changed(pass(`${removed === '' ? 'the new one ' : removed}would say ${said}`), [
    {
      heading: 'What the new policy would say',
      lines: [said, ...faultLines(read.warnings(), file)],
      table: tableOf(edit.seen.findings, told.findings),
    },
  ]);
}

function changed(found: Found, details: Evidence['details'] = []): PolicyChange {
  const evidence = typeof found.evidence === 'string' ? [found.evidence] : found.evidence;
  const open = found.outcome === 'pass' || found.outcome === 'not-applicable' ? undefined : found;
  return {
    finding: {
      id: 'policy-changed',
      title: 'Policy edited',
      outcome: found.outcome,
      level: open === undefined ? 'info' : 'warn',
      evidence: ['judged by the old one; ', ...evidence],
      who: open === undefined ? '' : 'author of the change',
      ...(open !== undefined && 'places' in open && open.places !== undefined ? { places: open.places } : {}),
      todo: open?.todo ?? '',
      required: false,
    },
    details,
  };
}

function faulty(faults: readonly Fault[], file: FileFact): PolicyChange {
  const found = fail(
    `the new one has ${counted(faults.length, 'fault', 'faults')}`,
    'correct it before the merge: after it every gate of this repository stops here',
  );
  const own = faults.filter(({ path }) => path === file.path);
  const places = own.map(({ path, line, what, fix }) => ({ path, line, message: `${what}. ${fix}` }));
  return changed(about(found, places), [
    { heading: 'Faults of the new policy', lines: faultLines(faults, file), table: [] },
  ]);
}

/** At most ten faults as lines of the report. */
export function faultLines(faults: readonly Fault[], file: Pick<FileFact, 'path' | 'url'>): readonly Phrase[] {
  const more = faults.length > most ? [`and ${faults.length - most} more`] : [];
  return [...faults.slice(0, most).map((fault) => faultPhrase(fault, file)), ...more];
}

/** The fault with its line as a link when the line is the file's own. */
function faultPhrase(fault: Fault, file: Pick<FileFact, 'path' | 'url'>): Phrase {
  const text = `${fault.path}:${fault.line}:${fault.column}`;
  const isLinked = fault.path === file.path && file.url !== '';
  return [isLinked ? { text, href: `${file.url}#L${fault.line}` } : { code: text }, ` ${fault.what}. ${fault.fix}`];
}

interface Anew {
  readonly judgement: Judgement;
  readonly findings: readonly Finding[];
}

/** The same run under the new policy, with what has been asked already. A Problem when it would not even judge. */
function anew(policy: Effective, { scope, seen, type }: Edit, answers: Answers): Anew | Problem {
  const told = withoutAsking(answers);
  try {
    const change = changeOf({ ...scope, unit: policy.unit }, policy, type, told);
    const judged: Case = { ...seen.judged, policy, change };
    if (!isConcerned(change)) return { judgement: notConcerned(policy.unit.name ?? ''), findings: [] };
    const found = findings(judged, told);
    return { judgement: judge(found), findings: found };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** The same answers; what nobody has asked is unknown in words that say why. */
function withoutAsking(answers: Answers): Answers {
  return {
    find: (question) => answers.find(question),
    value: (question) => answers.value(question),
    of<K extends QuestionKind>(question: QuestionOf<K>): Answer<K> {
      const because = 'only the new policy asks this, and it is not asked before the merge';
      return answers.find(question) ?? unknown(because, 'wait for the first gate after the merge');
    },
  };
}

/** The lines on which the two differ. */
function tableOf(old: readonly Finding[], anew: readonly Finding[]): readonly (readonly Phrase[])[] {
  const ids = [...new Set([...old, ...anew].map(({ id }) => id))];
  const rows = ids.flatMap((id): readonly (readonly Phrase[])[] => {
    const [before, after] = [old, anew].map((all) => all.find((finding) => finding.id === id));
    const [now, then] = [wordOf(before), wordOf(after)];
    return now === then ? [] : [[after?.title ?? before?.title ?? id, now, then]];
  });
  return rows.length === 0 ? [] : [['criterion', 'today’s policy', 'the new one'], ...rows.slice(0, most)];
}

function wordOf(finding: Finding | undefined): string {
  if (finding === undefined) return 'not asked';
  return `${finding.outcome}${finding.required || finding.outcome === 'asked-at-deploy' ? '' : ` (${finding.level})`}`;
}
