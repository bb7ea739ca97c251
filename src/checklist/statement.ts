// The gate's statement: what it found as an evidence record, and the payload of the Deployment it begins.
import type { Answers } from '../evidence/answer.ts';
import { type Phrase, type PhrasePart, plain } from '../kit/phrase.ts';
import type { TrustedPolicy } from '../policy/trusted.ts';
import type { Evidence, EvidenceRow } from '../record/evidence.ts';
import type { Attempt } from '../record/history.ts';
import type { ForwardPayload } from '../record/payload.ts';
import { whatRuns } from '../record/running.ts';
import { trialOf, trialWith, trialWords } from '../record/trial.ts';
import { askedAgain } from './again.ts';
import { otherWays } from './attestation.ts';
import type { Case } from './checklist.ts';
import type { Owed } from './debt.ts';
import { type Finding, isOpen } from './finding.ts';
import type { Judgement } from './judge.ts';
import type { SetAside } from './override.ts';
import { owedBy, owedKey, owedSection } from './owed.ts';
import { faultLines, type PolicyChange } from './policy-change.ts';
import { recordedMigrations } from './schema-change.ts';
import { foundOf, trustSection } from './trust.ts';
import { counted, instant, listed, short } from './words.ts';

export interface Statement {
  readonly judged: Case;
  readonly trusted: TrustedPolicy;
  readonly findings: readonly Finding[];
  readonly judgement: Judgement;
  readonly version: string;
  readonly wayBack: Phrase;
  /** What waits on the default branch already; empty when nothing does. */
  readonly backlog: string;
  /** What the new policy would say, when the change edits it. */
  readonly policyChange: PolicyChange | undefined;
  readonly setAside: SetAside | undefined;
  readonly deploymentId: number | undefined;
  /** The rollback that this gate lets pass. */
  readonly back: Attempt | undefined;
}

/** The evidence record of one gate. */
export function evidenceOf(statement: Statement): Evidence {
  const { judged, findings, judgement, version } = statement;
  const { policy, change, run, moment, now } = judged;
  return {
    marker: 'boring-deploys',
    schema: 1,
    action: 'pre-deploy-gate',
    moment,
    environment: policy.environment,
    unit: policy.unit.name ?? '',
    leg: policy.leg ?? '',
    sha: change.sha,
    tree: change.tree,
    version,
    pulls: change.pulls.map(({ number }) => number),
    deploymentId: statement.deploymentId ?? null,
    run: { id: run.id, attempt: run.attempt, job: run.job, url: run.url },
    at: now,
    verdict: judgement.verdict,
    reason: judgement.reason,
    reportOnly: policy.enforce === 'report',
    title: judgement.title,
    sentence: judgement.sentence,
    facts: factsOf(statement),
    rows: findings.map(rowOf),
    moments: [],
    wayBack: statement.wayBack,
    migration: migrationPhrase(judged),
    details: detailsOf(statement),
    found: {
      tier: change.tier,
      type: change.type.name,
      plan: change.plan,
      relation: change.relation,
      compatibility: change.schema.compatibility,
      policy: statement.trusted.digest,
      open: findings.filter(isOpen).map(({ id }) => id),
      waived: findings.filter(({ outcome }) => outcome === 'waived').map(({ id }) => id),
      ...foundOf(statement.setAside),
      [owedKey]: owedOf(statement).map(({ item }) => item.id),
    },
  };
}

function rowOf({ id, title, outcome, evidence, who, todo, required }: Finding): EvidenceRow {
  return { id, title, outcome: outcome === 'fail' && !required ? 'warn' : outcome, evidence, who, todo, required };
}

function factsOf({ judged, trusted, version, policyChange, judgement }: Statement): readonly Phrase[] {
  const { change, run } = judged;
  const repository = `${run.serverUrl}/${run.repository.owner}/${run.repository.name}`;
  const type: readonly Phrase[] = change.type.name === 'standard' ? [] : [['type ', { strong: change.type.name }]];
  return [
    ...(version === short(change.sha) ? [] : [[{ code: version }]]),
    ['commit ', { text: short(change.sha), href: `${repository}/commit/${change.sha}` }],
    ['risk ', { strong: change.tier }, ` (${change.because.join(', ')})`],
    ...type,
    ['plan ', { strong: change.plan === '' ? 'none' : change.plan }],
    policyPhrase(trusted, policyChange),
    ...trialPhrase(judged, judgement),
  ];
}

/** Under `enforce: report`: what the policy would have closed so far, this deployment among it. */
function trialPhrase({ policy, change, moment, now, run }: Case, { verdict }: Judgement): readonly Phrase[] {
  if (policy.enforce !== 'report') return [];
  // What this run began at an earlier attempt is this deployment.
  const attempts = change.history.attempts.filter(({ payload }) => payload.run.id !== run.id);
  const past = trialOf({ ...change.history, attempts });
  const trial = moment === 'deploy' ? trialWith(past, now, verdict !== 'open') : past;
  return trial === undefined ? [] : [['report mode ', { strong: trialWords(trial, now) }]];
}

function policyPhrase(trusted: TrustedPolicy, edit: PolicyChange | undefined): Phrase {
  const edited = edit === undefined ? '' : '; this change edits it and is judged by the old one';
  const name = trusted.policy.presets.at(-1) ?? trusted.path;
  if (!trusted.found) return `policy: preset starter, the repository has none of its own${edited}`;
  const text = `${name} @ ${trusted.digest}`;
  const where = trusted.ref === '' ? ' from the workspace' : ` from ${trusted.ref}`;
  return ['policy ', trusted.url === '' ? text : { text, href: trusted.url }, `${where}${edited}`];
}

function migrationPhrase({ change }: Case): Phrase {
  const { files, compatibility, verdict, url } = change.schema;
  if (files.length === 0) return '';
  const names = listed(
    files.map(({ path }) => path.split('/').at(-1) ?? path),
    3,
  );
  if (verdict === '') return [{ code: names }, ': nobody has looked at it yet.'];
  const seen: PhrasePart = url === '' ? verdict : { text: verdict, href: url };
  const meaning = {
    none: 'running code does not notice it',
    expand: 'old code keeps working',
    contract: 'goes in only when no older version serves users',
    unknown: 'what it means for running code is not known',
  }[compatibility];
  return [{ code: names }, ` is ${compatibility}: ${meaning} (`, seen, ').'];
}

function detailsOf(statement: Statement): Evidence['details'] {
  const { judged, trusted, policyChange, judgement } = statement;
  const { change, plannedStart, moment } = judged;
  const range: readonly Phrase[] = [
    [rangeWords(statement), ...(change.url === '' ? [] : [' (', { text: 'compare', href: change.url }, ')'])],
    ...change.pulls.map(
      (pull): Phrase => [{ text: `#${pull.number}`, href: pull.url }, ` ${pull.title} (${pull.author.login})`],
    ),
    `tree ${change.tree === '' ? 'not read' : short(change.tree)}${moment === 'deploy' ? `, start planned ${instant(plannedStart)}` : ''}`,
  ];
  const waits = statement.backlog === '' ? [] : [statement.backlog];
  const again = judgement.verdict === 'open' ? '' : askedAgain(judged, statement.findings);
  const warnings = trusted.warnings();
  const notes = [again, otherWays(statement.findings)].filter((note) => plain(note) !== '');
  return [
    ...(notes.length === 0 ? [] : [{ heading: '', lines: notes, table: [], open: true }]),
    { heading: moment === 'deploy' ? 'What is deployed' : 'What is judged', lines: [...range, ...waits], table: [] },
    ...owedSection(judged, owedOf(statement)),
    ...(policyChange?.details ?? []),
    ...trustSection({ trusted, run: judged.run, moment }),
    ...(warnings.length === 0 ? [] : [{ heading: 'Policy', lines: faultLines(warnings, trusted), table: [] }]),
  ];
}

/** A rollback owes nothing of what a deployment owes, nor does what deploys nothing. */
function owedOf({ judged, findings, back, judgement }: Statement): readonly Owed[] {
  return back === undefined && judgement.reason !== 'not-concerned' ? owedBy(judged, findings) : [];
}

function rangeWords({ judged }: Statement): string {
  const { change } = judged;
  const size = `${counted(change.files.length, 'file', 'files')}${change.complete ? '' : ' or more'}, ${counted(change.pulls.length, 'pull request', 'pull requests')}`;
  if (change.kind === 'pull') return `the pull request, from its merge base: ${size}`;
  if (change.kind === 'group') return `the merge group, from its base: ${size}`;
  const { predecessor } = change;
  if (change.relation === 'unread') return 'what ran before cannot be read, hence nobody knows what is new';
  if (predecessor === undefined) {
    const known = counted(change.files.length, 'file', 'files');
    return `the first deployment here that is on record; known is its newest pull request: ${known}`;
  }
  const from = `${predecessor.payload.version} (${short(predecessor.sha)}, deployment ${predecessor.id})`;
  return `the range from ${from}, ${change.relation}: ${size}`;
}

/** The payload of the Deployment that an open gate begins. */
export function payloadOf(statement: Statement, answers: Answers): ForwardPayload {
  const { judged, trusted, version } = statement;
  const { policy, change, run, artifact } = judged;
  const runs = whatRuns(change.history) ?? change.predecessor;
  return {
    marker: 'boring-deploys',
    schema: 1,
    kind: 'deploy',
    run: { id: run.id, attempt: run.attempt, url: run.url },
    environment: policy.environment,
    unit: policy.unit.name ?? '',
    version,
    artifact: [...artifact],
    sha: change.sha,
    legs: [...policy.legs],
    tree: change.tree,
    pulls: change.pulls.map(({ number }) => number),
    tier: change.tier,
    type: change.type.name,
    plan: change.plan,
    policy: { path: trusted.path, sha: trusted.sha, digest: trusted.digest, name: trusted.name },
    previous: runs === undefined ? null : { deploymentId: runs.id, sha: runs.sha, version: runs.payload.version },
    migrations: [...recordedMigrations(change, answers)],
  };
}
