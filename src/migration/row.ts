// The lines of a migrate run's evidence: one a file, one a fault, one a validation, one a limit that was passed.
import { formatDuration } from '../kit/duration.ts';
import type { EvidenceRow } from '../record/evidence.ts';
import { type Fault, spotOf } from './fault.ts';
import type { JudgedFile } from './set.ts';
import type { Validated } from './validation.ts';
import type { Walked } from './walk.ts';

export interface Rows {
  readonly due: readonly JudgedFile[];
  readonly deferred: readonly JudgedFile[];
  readonly faults: readonly Fault[];
  readonly walked?: Walked | undefined;
  readonly back?: Walked | undefined;
  readonly validated?: readonly Validated[];
  readonly backup?: string;
  readonly backupGone?: string;
}

/** All lines; `over`: what went over its limit, in words. */
export function rowsOf(account: Rows, over: readonly string[]): EvidenceRow[] {
  return [
    ...account.due.map((one) => dueRow(one, account)),
    ...account.deferred.map(deferredRow),
    ...account.faults.filter(({ level }) => level !== 'info').map(faultRow),
    ...(account.validated ?? []).map(validationRow),
    ...backupRows(account),
    ...over.map(overRow),
  ];
}

function dueRow({ file, compatible }: JudgedFile, { walked, back }: Rows): EvidenceRow {
  const fate = fateOf(file.id, walked, back);
  const way = file.up.transactional ? '' : ', without a transaction';
  const bad = fate.outcome === 'fail';
  return {
    id: file.id,
    outcome: fate.outcome,
    title: [{ code: file.path }, `: ${compatible.compatibility}${way}`],
    who: bad ? 'author' : '',
    todo: fate.todo,
    evidence: fate.told,
    required: true,
  };
}

interface Fate {
  readonly outcome: 'pass' | 'fail' | 'not-applicable';
  readonly told: string;
  readonly todo: string;
}

function fateOf(id: string, walked: Walked | undefined, back: Walked | undefined): Fate {
  if (walked === undefined) return { outcome: 'pass', told: 'read', todo: '' };
  if (back?.done.some((step) => step.id === id)) return { outcome: 'fail', told: 'applied and reverted', todo: '' };
  const done = walked.done.find((step) => step.id === id);
  if (done !== undefined) return { outcome: 'pass', told: `applied in ${formatDuration(done.durationMs)}`, todo: '' };
  if (walked.failed?.id === id) return { outcome: 'fail', told: walked.failed.what, todo: walked.failed.fix };
  return { outcome: 'not-applicable', told: 'not reached', todo: '' };
}

function deferredRow({ file, compatible }: JudgedFile): EvidenceRow {
  return {
    id: file.id,
    outcome: 'not-applicable',
    title: [{ code: file.path }, `: ${compatible.compatibility}, deferred`],
    who: '',
    todo: '',
    evidence:
      compatible.compatibility === 'contract'
        ? (compatible.readings[0]?.because ?? '')
        : 'it stands behind a file that is not due',
    required: false,
  };
}

function faultRow(fault: Fault): EvidenceRow {
  return {
    id: fault.rule,
    outcome: fault.level === 'error' ? 'fail' : 'warn',
    title: [{ code: spotOf(fault) }, ` ${fault.what}`],
    who: 'author',
    todo: fault.fix,
    evidence: fault.locks ?? '',
    required: fault.level === 'error',
  };
}

function validationRow({ id, ok, told }: Validated): EvidenceRow {
  return {
    id: `validate-${id}`,
    outcome: ok ? 'pass' : 'fail',
    title: `Data: ${id}`,
    who: ok ? '' : 'author',
    todo: ok ? '' : 'look at the data before going on',
    evidence: told,
    required: true,
  };
}

function backupRows({ backup = '', backupGone = '' }: Rows): EvidenceRow[] {
  if (backup === '') return [];
  const outcome = backupGone === '' ? 'pass' : 'warn';
  const who = backupGone === '' ? '' : 'author';
  return [{ id: 'backup', outcome, title: 'Backup', who, todo: backupGone, evidence: backup, required: false }];
}

function overRow(words: string): EvidenceRow {
  const todo = 'make it smaller, or raise migrations.limits';
  return { id: 'budget', outcome: 'warn', title: words, who: 'author', todo, evidence: '', required: false };
}
