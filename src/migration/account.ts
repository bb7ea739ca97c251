// The account of a migrate run: what was found, what is planned, what happened; the outcome and its evidence are made from it.
import type { Fault } from './fault.ts';
import type { Folder } from './file.ts';
import type { Judgement } from './judge.ts';
import type { LintedFile } from './lint.ts';
import type { Compatibility } from './meaning.ts';
import { lintOf, type Plan } from './plan.ts';
import type { Rehearsed } from './rehearsed.ts';
import type { Scene } from './scene.ts';
import type { JudgedFile } from './set.ts';
import type { Validated } from './validation.ts';
import type { Walked } from './walk.ts';

export interface Account {
  readonly judgement: Judgement;
  /** Meaning of the files this change brings, for the gate; and of those that this run applies, for the output. */
  readonly changeCompatibility: Compatibility;
  readonly compatibility: Compatibility;
  /** Nobody could read a file of the change: the gate hears `unknown`. */
  readonly unread?: boolean;
  /** Findings that a remark in the file sets aside. */
  readonly aside?: LintedFile['aside'];
  readonly linted?: readonly LintedFile[];
  readonly due: readonly JudgedFile[];
  readonly deferred: readonly JudgedFile[];
  /** Undefined where no database was asked (lint). */
  readonly pending: number | undefined;
  readonly faults: readonly Fault[];
  readonly remarks: readonly string[];
  readonly walked?: Walked | undefined;
  readonly back?: Walked | undefined;
  readonly validated?: readonly Validated[];
  /** Where a rollback ends from now on, a sentence; empty or absent: where it ended before. */
  readonly rollbackEnd?: string;
  /** What could not be seen of locks and waits, a sentence; empty or absent: nothing is hidden. */
  readonly blind?: string;
  /** Where the schema stands, one sentence; empty when nothing was touched. */
  readonly stands?: string;
  readonly backup?: string;
  /** Why the backup will be gone when it is needed; empty: it stays. */
  readonly backupGone?: string;
  readonly engine?: string;
  readonly tool?: string;
  readonly childId?: number | undefined;
  readonly rehearsed?: Rehearsed | undefined;
  readonly from: number;
  readonly to: number;
}

/** The fourth figure: whether the data is what it was. */
export function consistencyWords({ validated, rehearsed }: Account): string {
  if (validated !== undefined && validated.length > 0)
    return `${validated.filter(({ ok }) => ok).length} of ${validated.length} validations hold (${validated.map(({ id }) => id).join(', ')})`;
  const rehearsal = rehearsed?.rehearsal;
  if (rehearsal?.downProven === true && rehearsal.compared.rows > 0)
    return `${rehearsal.compared.rows} rows the same after up and down`;
  return 'consistency not measured (no migrations.validate, no row rehearsed)';
}

/** Warnings of the whole run. Where a rollback ends is said aloud before an apply, so here only of a look. */
export function saidAside({ backupGone = '', rollbackEnd = '', walked }: Account): readonly string[] {
  return [backupGone, walked === undefined ? rollbackEnd : ''].filter((words) => words !== '');
}

export interface Read {
  readonly folder: Folder;
  readonly linted: readonly LintedFile[];
}

/** The account of `phase: lint`: the files this change brings, without any database. */
export function lintAccount(
  scene: Scene,
  { folder, linted }: Read,
  at: { readonly from: number; readonly to: number },
): Account {
  const { files, faults, compatibility, unread, judgement } = lintOf(scene, folder, linted);
  return {
    judgement,
    changeCompatibility: compatibility,
    compatibility,
    due: files,
    deferred: [],
    pending: undefined,
    faults,
    unread,
    linted,
    aside: linted.flatMap(({ aside }) => aside),
    remarks: [],
    tool: folder.tool,
    ...at,
  };
}

export interface Planned extends Read {
  /** What was found out about earlier runs. */
  readonly remarks: readonly string[];
  readonly blind: string;
  readonly engine: string;
  readonly dryRun: boolean;
  readonly from: number;
  readonly to: number;
}

/** The account before anything is touched. Its verdict is `applied` when there is something to apply and nothing against it. */
export function plannedAccount(
  plan: Plan,
  { folder, linted, remarks, blind, engine, dryRun, from, to }: Planned,
): Account {
  const { due, deferred, compatibility } = plan.choice;
  const idle = due.length === 0;
  const judgement = plan.refusal ?? (idle ? nothingPending(deferred) : dryRun ? dryRunOf() : going);
  return {
    judgement,
    changeCompatibility: plan.compatibility,
    compatibility,
    due,
    deferred,
    pending: plan.pending,
    faults: plan.faults,
    unread: plan.unread,
    linted,
    aside: linted.flatMap(({ aside }) => aside),
    remarks: [...remarks, ...plan.remarks],
    rollbackEnd: plan.rollbackEnd,
    blind,
    tool: folder.tool,
    engine,
    from,
    to,
  };
}

const going: Judgement = { verdict: 'applied', reason: 'applied', error: '' };

function nothingPending(deferred: readonly JudgedFile[]): Judgement {
  return { verdict: 'nothing-pending', reason: deferred.length === 0 ? 'nothing-pending' : 'deferred', error: '' };
}

function dryRunOf(): Judgement {
  return { verdict: 'clean', reason: 'dry-run', error: '' };
}
