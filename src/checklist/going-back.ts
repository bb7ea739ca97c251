// Going back: the gate of a workflow that a rollback started to deploy its target again. It asks two things, and begins nothing of its own.
import type { Answers } from '../evidence/answer.ts';
import type { Question, QuestionOf } from '../evidence/question.ts';
import { type Attempt, type History, unfinished } from '../record/history.ts';
import type { Case } from './checklist.ts';
import { type Finding, type Found, fail, isClosing, notTold, pass, unknownFinding } from './finding.ts';
import { type Judgement, judge } from './judge.ts';
import { counted, listed, short } from './words.ts';

/** Whether the code of the target can run on today's schema; the procedure lends the rollback's own guard. */
export type SchemaGuard = (
  history: History,
  targetId: number | undefined,
) => { readonly kind: 'holds' } | { readonly kind: 'closed'; readonly because: string };

/** Events of pull requests: a run of theirs proves nothing about a deployment. */
const strangers = /^pull_request/;

/** Asks whether the run of the rollback lives, and for what it brings back. Nothing where no unfinished rollback is for this commit. */
export function asksGoingBack(judged: Case, answers: Answers): readonly Question[] {
  const wanted = rollbackFor(judged);
  if (wanted === undefined) return [];
  const own = runOf(wanted);
  return answers.value(own) === undefined
    ? [own]
    : [own, ...artifactsOf(judged, wanted).flatMap(({ ask }) => ask ?? [])];
}

/** The unfinished rollback that this run deploys for: of this very commit, and of this artifact where both name one; its own run lives still
 * and is none of a pull request's, as GitHub says. */
export function servedRollback(judged: Case, answers: Answers): Attempt | undefined {
  const wanted = rollbackFor(judged);
  const run = wanted === undefined ? undefined : answers.value(runOf(wanted));
  return run === undefined || run.status === 'completed' || strangers.test(run.event) ? undefined : wanted;
}

/** The two criteria: what is brought back exists, and its code can run on today's schema. */
export function goingBackFindings(
  judged: Case,
  back: Attempt,
  guard: SchemaGuard,
  answers: Answers,
): readonly Finding[] {
  const { payload } = back;
  const target = payload.kind === 'rollback' ? payload.to?.deploymentId : undefined;
  const told = guard(judged.change.history, target === 0 ? undefined : target);
  const schema =
    told.kind === 'holds'
      ? pass(`${payload.version} can run on today’s schema`)
      : fail(
          `${payload.version} cannot run on today’s schema: ${told.because}`,
          'go forward, or take another target',
          '',
        );
  return [
    findingOf('artifact-exists', 'Artifact', artifactFound(judged, back, answers)),
    findingOf('contract-migration', 'Schema', schema),
  ];
}

/** Open with `reason: rollback`, unless one of the two is not met. */
export function judgeGoingBack(back: Attempt, findings: readonly Finding[]): Judgement {
  if (findings.some(isClosing)) return judge(findings);
  const title = `rollback ${back.id} brings ${back.payload.version} back`;
  return {
    verdict: 'open',
    reason: 'rollback',
    title,
    sentence: 'What it brings exists and can run on today’s schema.',
  };
}

function rollbackFor({ change, artifact, moment }: Case): Attempt | undefined {
  if (moment === 'review') return undefined;
  return change.history.attempts.find(
    ({ task, sha, payload, ...rest }) =>
      task === 'deploy:rollback' &&
      unfinished({ task, sha, payload, ...rest }) &&
      sha === change.sha &&
      (artifact.length === 0 ||
        payload.artifact.length === 0 ||
        artifact.every((one) => payload.artifact.includes(one))),
  );
}

function runOf({ payload }: Attempt): QuestionOf<'run'> {
  return { kind: 'run', id: payload.run.id };
}

interface Artifact {
  readonly name: string;
  /** How it is looked for; undefined for a bare digest, which says nowhere where to look. */
  readonly ask: QuestionOf<'image'> | QuestionOf<'http'> | undefined;
}

/** Longest wait for an address that holds an artifact (ours). */
const patienceMs = 10_000;

function artifactsOf({ artifact }: Case, back: Attempt): readonly Artifact[] {
  const names = artifact.length > 0 ? artifact : back.payload.artifact;
  return names.map((name) => {
    if (/^https?:/.test(name)) return { name, ask: { kind: 'http', url: name, timeoutMs: patienceMs } };
    const image = /^[a-z0-9.-]+(?::\d+)?\/\S+(?:@sha256:|:)\S+$/.test(name);
    return { name, ask: image ? { kind: 'image', reference: name } : undefined };
  });
}

function artifactFound(judged: Case, back: Attempt, answers: Answers): Found {
  const { change } = judged;
  const all = artifactsOf(judged, back);
  for (const { name, ask } of all) {
    const missing = ask === undefined ? undefined : lackOf(name, ask, answers);
    if (missing !== undefined) return missing;
  }
  if (change.tree === '') return unknownFinding(`${short(change.sha)} cannot be read`, 'run the gate again');
  const asked = all.filter(({ ask }) => ask !== undefined).map(({ name }) => name);
  if (asked.length > 0) return pass(listed(asked, 3));
  // Nothing says where to look: what the commit holds is there, and it was deployed from it before.
  const unasked =
    all.length === 0 ? 'no artifact is named' : `${counted(all.length, 'digest names', 'digests name')} no place`;
  return pass(`commit ${short(change.sha)} is there; ${unasked}`);
}

function lackOf(name: string, ask: QuestionOf<'image'> | QuestionOf<'http'>, answers: Answers): Found | undefined {
  const todo = 'build it again from its commit, or take another target';
  if (ask.kind === 'image') {
    const told = answers.of(ask);
    if (told.kind === 'unknown') return notTold(told);
    return told.value.found ? undefined : fail(`${name}: ${told.value.because}`, todo, '');
  }
  const told = answers.of(ask);
  if (told.kind === 'unknown') return notTold(told);
  if (told.value.kind === 'failed') return unknownFinding(`${name}: ${told.value.because}`, 'run the gate again');
  return told.value.status < 400 ? undefined : fail(`${name}: ${told.value.status}`, todo, '');
}

function findingOf(id: string, title: string, found: Found): Finding {
  const open = found.outcome === 'fail' || found.outcome === 'unknown' || found.outcome === 'waiting';
  return {
    ...{ id, title, outcome: found.outcome, level: 'required', evidence: found.evidence, required: true },
    who: open ? (found.who ?? '') : '',
    todo: open ? found.todo : '',
  };
}
