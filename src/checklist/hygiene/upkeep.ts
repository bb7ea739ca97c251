// Upkeep around deployments: post-mortems that are due, attestations that have expired, the caretaker that did not come.
import type { Answers } from '../../evidence/answer.ts';
import type { IssueFact } from '../../evidence/fact.ts';
import type { Question, QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { findAttestation } from '../attestation.ts';
import type { Case } from '../checklist.ts';
import { type Found, fail, pass } from '../finding.ts';
import { sectionOf } from '../section.ts';
import { ago, instant } from '../words.ts';
import { type Chore, choreOf, unread } from './chore.ts';

const incidents: QuestionOf<'issues'> = { kind: 'issues', label: 'incident', state: 'all' };
/** Incidents closed for longer than this are nobody's chore any more (ours). */
const forgottenMs = 90 * 24 * 60 * 60 * 1000;
/** So many rounds of the caretaker may be missed: schedules of GitHub come late (ours), and never less than an hour. */
const missedRounds = 3;
const hourMs = 60 * 60 * 1000;

export function asksUpkeep(judged: Case, answers: Answers): readonly Question[] {
  const { policy, change } = judged;
  const { postmortemMs } = policy.rollback.followUp;
  return [
    ...(postmortemMs === undefined ? [] : [incidents]),
    ...(policy.caretaker === undefined ? [] : [runsOf(policy.caretaker.workflow)]),
    { kind: 'paths', sha: change.sha },
    ...attestedPaths(judged, answers).map((path) => ({ kind: 'file', path, sha: change.sha }) as const),
  ];
}

/** One chore an incident without its post-mortem, an attestation, and the caretaker. */
export function choresOfUpkeep(judged: Case, answers: Answers): readonly Chore[] {
  return [...postmortems(judged, answers), ...attestations(judged, answers), ...caretaker(judged, answers)];
}

function postmortems({ policy, now }: Case, answers: Answers): readonly Chore[] {
  const { postmortemMs } = policy.rollback.followUp;
  if (postmortemMs === undefined) return [];
  const told = answers.of(incidents);
  if (told.kind === 'unknown') return [unread('post-mortem *', 'Post-mortems', told)];
  return told.value
    .filter(({ closedAt }) => closedAt === undefined || closedAt > now - forgottenMs)
    .map((issue) => {
      const of = {
        key: `post-mortem ${issue.number}`,
        title: `Post-mortem of #${issue.number}`,
        who: '',
        quiet: false,
      };
      return choreOf(of, written(issue, issue.createdAt + postmortemMs, now));
    });
}

function written(issue: IssueFact, dueAt: number, now: number): Found {
  const link = { text: `#${issue.number}`, href: issue.url };
  const text = sectionOf(issue.body, /post-?mortem|root cause/i);
  if (text !== '') return pass([link]);
  if (dueAt > now) return pass([link, `: due ${instant(dueAt)}`]);
  const todo = ['write what happened and why under “## Root cause” or “## Post-mortem” in ', link];
  return fail([link, ` ${issue.title}: due ${instant(dueAt)}, ${ago(dueAt, now)}`], todo, 'team');
}

const folder = '.github/attestations/';

/** Files that attest something and are not the word of a line asked already: these are looked at for their own `expires:`. */
function attestedPaths({ change, policy }: Case, answers: Answers): readonly string[] {
  const all = answers.value({ kind: 'paths', sha: change.sha })?.paths ?? [];
  const asked = new Set(policy.checklist.filter(({ moment }) => moment === 'hygiene').map(({ id }) => id));
  return all.filter((path) => path.startsWith(folder) && /\.(ya?ml|md)$/.test(path) && !asked.has(idOf(path)));
}

function attestations(judged: Case, answers: Answers): readonly Chore[] {
  return attestedPaths(judged, answers).map((path) => {
    const item = { id: idOf(path), with: {}, level: 'warn', signOff: [] } as const;
    const found = findAttestation({ path, maxAgeMs: undefined }, { ...judged, item }, answers);
    return choreOf(
      { key: `attestation ${idOf(path)}`, title: `Attestation ${idOf(path)}`, who: '', quiet: false },
      found,
    );
  });
}

function idOf(path: string): string {
  return path.slice(folder.length).replace(/\.[a-z]+$/, '');
}

function caretaker({ policy, now }: Case, answers: Answers): readonly Chore[] {
  if (policy.caretaker === undefined) return [];
  const { workflow, everyMs } = policy.caretaker;
  const of = { key: 'caretaker', title: `Caretaker ${workflow}`, who: '', quiet: false };
  const told = answers.of(runsOf(workflow));
  if (told.kind === 'unknown') return [unread(of.key, of.title, told)];
  const newest = Math.max(0, ...told.value.map(({ createdAt }) => createdAt));
  const latest = Math.max(hourMs, missedRounds * everyMs);
  const todo =
    'look whether its schedule is disabled (GitHub does that after 60 days without a commit), then run it by hand';
  if (newest === 0) return [choreOf(of, fail('it has never run', todo, 'owner of the policy'))];
  const words = `last run ${ago(newest, now)}, expected every ${formatDuration(everyMs)}`;
  return [choreOf(of, now - newest <= latest ? pass(words) : fail(words, todo, 'owner of the policy'))];
}

function runsOf(workflow: string): QuestionOf<'workflow-runs'> {
  return { kind: 'workflow-runs', workflow };
}
