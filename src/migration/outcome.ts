// The outcome of a migrate run as shell publishes it: verdict, outputs, evidence, and the machine-readable result.
import { formatDuration } from '../kit/duration.ts';
import type { Phrase } from '../kit/phrase.ts';
import type { Evidence } from '../record/evidence.ts';
import type { Outcome } from '../record/outcome.ts';
import { type Account, consistencyWords, saidAside } from './account.ts';
import { suggestionsOf } from './added-line.ts';
import { type Figures, overBudget, totalOf } from './budget.ts';
import { criterionRows } from './criterion-row.ts';
import { annotationsOf, findingDetails, notesOf } from './finding-detail.ts';
import { lockSection, timelineSection } from './lock-table.ts';
import { rehearsedSections, rehearsedWords } from './rehearsed.ts';
import { rowsOf } from './row.ts';
import type { Scene } from './scene.ts';
import type { JudgedFile } from './set.ts';
import { tellingsOf } from './telling.ts';
import type { Done } from './walk.ts';

/** The outcome of post: it only tidies up. */
export function finishedOutcome(told: string): Outcome {
  return {
    verdict: 'finished',
    reason: told === '' ? 'nothing-left' : 'left',
    exit: 0,
    rollback: false,
    sha: '',
    version: '',
    deploymentId: undefined,
    outputs: {},
    evidence: undefined,
    result: { told },
    error: '',
    warnings: told === '' ? [] : [told],
    silent: false,
  };
}

/** The outcome of the run. `silent`: nothing may be written to GitHub. */
export function outcomeOf(scene: Scene, account: Account, silent: boolean): Outcome {
  const { verdict, reason, error } = account.judgement;
  const figures = figuresOf(account);
  const over = account.walked === undefined ? [] : overBudget(figures, scene.settings.limits);
  const stands = account.stands ?? '';
  const evidence = evidenceOf(scene, account, { figures, over });
  return {
    verdict,
    reason,
    exit: verdict === 'failed' || verdict === 'reverted' ? 1 : 0,
    rollback: false,
    sha: scene.sha,
    version: scene.version,
    deploymentId: scene.parent?.id,
    outputs: outputsOf(account, figures),
    evidence,
    announcements: tellingsOf(scene, account, evidence, silent),
    result: resultOf(account, figures),
    error: error === '' ? '' : `${error}${stands === '' ? '' : ` ${stands}`}`,
    ...annotationsOf(account.faults, scene.added),
    // Where nothing is written to GitHub the workflow commands above say it already.
    lineNotes: silent ? [] : notesOf(account.faults, scene.added),
    suggestions: silent ? [] : suggestionsOf(account.faults, scene.added),
    warnings: [
      ...scene.warnings,
      ...account.remarks,
      ...(account.rehearsed?.remarks ?? []),
      ...saidAside(account),
      ...over,
    ],
    silent,
  };
}

/** The machine-readable result: all of the account but the texts of the files. */
function resultOf(account: Account, figures: Figures): object {
  const short = ({ file, compatible }: JudgedFile) => ({
    id: file.id,
    path: file.path,
    sha256: file.sha256,
    ...compatible,
  });
  const { linted: _, ...told } = account;
  return { schema: 1, ...told, figures, due: account.due.map(short), deferred: account.deferred.map(short) };
}

/** What was measured: on the target once it was touched, else in the rehearsal. */
function measured({ walked, rehearsed }: Account): readonly Done[] {
  return walked?.done ?? rehearsed?.rehearsal?.done ?? [];
}

function figuresOf(account: Account): Figures {
  return totalOf(measured(account));
}

function outputsOf(account: Account, figures: Figures): Readonly<Record<string, string>> {
  const touched = account.walked !== undefined || account.rehearsed?.rehearsal !== undefined;
  return {
    pending: account.pending === undefined ? '' : String(account.pending),
    applied: String(account.walked?.done.length ?? 0),
    deferred: String(account.deferred.length),
    reverted: String(account.back?.done.length ?? 0),
    compatibility: account.compatibility,
    'duration-ms': touched ? String(figures.durationMs) : '',
    'lock-ms': touched ? String(figures.lockMs) : '',
    'blocked-ms': touched ? String(figures.blockedMs) : '',
    rows: touched && figures.rows !== undefined ? String(figures.rows) : '',
    backup: account.backup ?? '',
  };
}

function evidenceOf(
  scene: Scene,
  account: Account,
  { figures, over }: { readonly figures: Figures; readonly over: readonly string[] },
): Evidence {
  const { verdict, reason } = account.judgement;
  const { run } = scene;
  const criteria = criterionRows({
    asked: scene.policy.checklist.map(({ id }) => id),
    own: (account.linted ?? []).filter(({ parsed }) => scene.isOwn(parsed.file.path)),
    tool: account.tool ?? '',
    rehearsed: account.rehearsed,
    applied:
      account.walked === undefined
        ? undefined
        : {
            backup: account.backup ?? '',
            backupGone: account.backupGone ?? '',
            validations: account.validated?.length ?? 0,
            broken: account.validated?.find(({ ok }) => !ok)?.told ?? '',
            done: verdict === 'applied',
          },
    off: Object.entries(scene.settings.levels).flatMap(([id, level]) => (level === 'disabled' ? [id] : [])),
  });
  const applied = account.walked?.done.length ?? 0;
  return {
    marker: 'boring-deploys',
    schema: 1,
    action: 'migrate',
    moment: scene.moment,
    environment: scene.policy.environment,
    unit: scene.policy.unit.name ?? '',
    leg: scene.leg,
    sha: scene.sha,
    tree: scene.tree,
    version: scene.version,
    pulls: [...scene.pulls],
    deploymentId: scene.parent?.id ?? account.childId ?? null,
    run: { id: run.id, attempt: run.attempt, job: run.job, url: run.url },
    at: account.to,
    verdict,
    reason,
    reportOnly: false,
    title: titleOf(account),
    sentence: [account.judgement.error, account.stands ?? ''].filter((part) => part !== '').join(' '),
    facts: [],
    rows: [...rowsOf(account, over), ...criteria],
    moments: momentsOf(account, figures),
    wayBack: account.rollbackEnd ?? '',
    migration: migrationWords(account, figures),
    details: [
      ...(account.remarks.length === 0
        ? []
        : [{ heading: 'Files and history', lines: [...account.remarks], table: [] }]),
      ...(account.rehearsed === undefined ? [] : rehearsedSections(account.rehearsed)),
      ...lockSection(measured(account), account.rehearsed?.rehearsal?.done, account.blind),
      ...timelineSection(measured(account)),
      ...findingDetails(account.faults, account.aside ?? []),
    ],
    found: {
      compatibility: account.unread === true ? 'unknown' : account.changeCompatibility,
      files: pathsOf(account.due),
      deferred: pathsOf(account.deferred),
      applied,
      reverted: account.back?.done.length ?? 0,
      tool: account.tool ?? '',
      engine: account.engine ?? '',
      backup: account.backup ?? '',
    },
  };
}

function momentsOf(account: Account, figures: Figures): Evidence['moments'] {
  const { verdict } = account.judgement;
  const at = { stage: 'migrate', from: account.from, to: account.to, verdict };
  if (account.walked !== undefined) return [{ ...at, figures: figureWords(account, figures) }];
  if (verdict === 'rehearsed') return [{ ...at, stage: 'rehearse', figures: figureWords(account, figures) }];
  if (verdict !== 'nothing-pending') return [];
  const waiting = account.deferred.length;
  return [{ ...at, figures: waiting === 0 ? 'nothing to apply' : `nothing due, ${waiting} deferred` }];
}

function titleOf(account: Account): string {
  const { verdict } = account.judgement;
  const first = account.walked?.failed?.id;
  if (first !== undefined) return `${first} failed`;
  if (verdict === 'applied') return ids(account.due);
  if (verdict === 'rehearsed') return doneIds(account);
  return verdict === 'failed' ? account.judgement.reason : '';
}

/** The line **Migration** of the report: what each file means for running code, and the figures once it ran. */
function migrationWords(account: Account, figures: Figures): Phrase {
  const all = [...account.due, ...account.deferred];
  if (all.length === 0) return '';
  const words = all
    .slice(0, 5)
    .flatMap(({ file, compatible }, index) => [
      index === 0 ? '' : '; ',
      { code: file.path.slice(file.path.lastIndexOf('/') + 1) },
      ' is ',
      { strong: compatible.compatibility },
      compatible.compatibility === 'contract' ? ` (${compatible.readings[0]?.because ?? ''})` : '',
    ]);
  const more = all.length > 5 ? [` and ${all.length - 5} more`] : [];
  const waiting = account.deferred.length === 0 ? [] : [`. Deferred: ${ids(account.deferred)}`];
  const tried = account.rehearsed === undefined ? [] : [`. ${rehearsedWords(account.rehearsed)}`];
  const touched = account.walked !== undefined || account.rehearsed?.rehearsal !== undefined;
  const ran = [...tried, ...(touched ? [`${tried.length === 0 ? '. ' : ' '}${figureWords(account, figures)}`] : [])];
  return [...words, ...more, ...waiting, ...ran].filter((part) => part !== '');
}

/** `V042 · 1.3 s · 18204 rows · longest lock 11 ms`. Locks are sampled: what is shorter than a sample shows as 0 ms. */
function figureWords(account: Account, figures: Figures): string {
  const rows = figures.rows === undefined ? 'rows not told by the tool' : `${figures.rows} rows`;
  return `${doneIds(account) || 'nothing applied'} · ${formatDuration(figures.durationMs)} · ${rows} · ${consistencyWords(account)} · longest lock ${formatDuration(figures.lockMs)} · longest wait of others ${formatDuration(figures.blockedMs)}`;
}

/** Every file that was looked at, a down beside its up too: the gate asks of each changed one whether anybody saw it. */
function pathsOf(files: readonly JudgedFile[]): readonly string[] {
  return [...new Set(files.flatMap(({ file }) => [file.path, ...(file.down === undefined ? [] : [file.down.path])]))];
}

function doneIds(account: Account): string {
  return measured(account)
    .map(({ id }) => id)
    .join(', ');
}

function ids(files: readonly JudgedFile[]): string {
  return files.map(({ file }) => file.id).join(', ');
}
