// The verdict of a migrate run, from what was found in the files and what happened to the database.
import { profileOf } from '../providers/tools.ts';
import { type Fault, spotOf } from './fault.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { JudgedFile } from './set.ts';
import type { Validated } from './validation.ts';
import type { Failed, Walked } from './walk.ts';

export type Verdict = 'clean' | 'rehearsed' | 'nothing-pending' | 'applied' | 'failed' | 'reverted';

export interface Judgement {
  readonly verdict: Verdict;
  /** Stable code. */
  readonly reason: string;
  /** What, where and how to fix; empty when all is well. */
  readonly error: string;
}

/** Further errors that the one message names; the report has all of them. */
const told = 9;

/** Faults of level error in the files that matter; none: `clean`. */
export function judgeFaults(faults: readonly Fault[]): Judgement {
  const errors = faults.filter(({ level }) => level === 'error');
  const first = errors[0];
  if (first === undefined) return { verdict: 'clean', reason: 'clean', error: '' };
  const more =
    errors.length > 1
      ? ` And ${errors.length - 1} more: ${errors
          .slice(1, 1 + told)
          .map((one) => `${spotOf(one)} ${one.what}`)
          .join('; ')}${errors.length > 1 + told ? ' …' : '.'}`
      : '';
  return {
    verdict: 'failed',
    reason: `lint:${first.rule}`,
    error: `${first.what} (${spotOf(first)}). ${first.fix}${more}`,
  };
}

/** The expand files of this change stand behind a contract file that is not due. */
export function judgeInTheWay(first: JudgedFile, due: string): Judgement {
  return {
    verdict: 'failed',
    reason: 'contract-in-the-way',
    error:
      `${first.file.id} is a contract migration that is not due, and files of this change stand behind it (${first.file.path}). ` +
      `It is due when no version that reads the old schema serves users or is kept as the way back (${due}); sooner with set: contract. ` +
      'Or give it a higher number than the files of this change.',
  };
}

/** A tool that applies whatever is pending must not be started while some of it has to wait. */
export function judgeTakesAll(
  { due, deferred }: { readonly due: readonly JudgedFile[]; readonly deferred: readonly JudgedFile[] },
  tool: string,
): Judgement | undefined {
  const [first] = deferred;
  if (first === undefined || due.length === 0 || profileOf(tool)?.oneByOne !== false) return undefined;
  return {
    verdict: 'failed',
    reason: 'tool-takes-all',
    error:
      `${tool} applies everything that is pending, and ${first.file.id} is not due (${first.file.path}). ` +
      'Take it out of this release, or run migrate with set: all when its readers are gone.',
  };
}

/** What a rehearsal showed: `rehearsed`, or the first step that went wrong. A way back that the tool does not have is no fault of the set. */
export function judgeRehearsal({ steps, over, cancelled }: Rehearsal): Judgement {
  const broken = steps.find(({ outcome }) => outcome === 'fail');
  if (broken !== undefined) {
    const lines = broken.lines.length === 0 ? '' : `: ${broken.lines.slice(0, told).join('; ')}`;
    const where = broken.where === '' ? '' : ` (${broken.where})`;
    return {
      verdict: 'failed',
      reason: cancelled ? 'cancelled' : `rehearsal:${broken.word}`,
      error: `Rehearsal, ${broken.word}: ${broken.told}${lines}${where}. ${broken.fix}`,
    };
  }
  if (over.length > 0)
    return {
      verdict: 'failed',
      reason: 'rehearsal:limit',
      error: `Rehearsal: ${over.join('; ')}. Make it smaller, or raise migrations.limits.`,
    };
  if (cancelled)
    return {
      verdict: 'failed',
      reason: 'cancelled',
      error: 'The job was cancelled during the rehearsal. Run it again.',
    };
  return { verdict: 'rehearsed', reason: 'rehearsed', error: '' };
}

export interface Happening {
  readonly walked: Walked;
  readonly validated: readonly Validated[];
  /** The walk back, when it was asked for and something had gone in. */
  readonly back: Walked | undefined;
  /** A way back was asked for and not taken: why. */
  readonly notBack?: string | undefined;
}

/** What happened to the database. A cancelled job has not done what it was asked, whatever it got done. */
export function judgeApply({ walked, validated, back, notBack }: Happening): Judgement {
  const broken = validated.find(({ ok }) => !ok);
  const failed = walked.failed;
  if (failed === undefined && broken === undefined && !walked.cancelled)
    return { verdict: 'applied', reason: 'applied', error: '' };
  const reverted =
    back !== undefined &&
    back.failed === undefined &&
    !back.cancelled &&
    (failed === undefined || failed.left === 'as-before');
  const reason = walked.cancelled ? 'cancelled' : failed !== undefined ? failed.reason : `validation:${broken?.id}`;
  const why =
    failed !== undefined
      ? `${failed.id} failed: ${failed.what} (${failed.where}). ${failed.fix}`
      : broken !== undefined
        ? `The validation ${broken.id} does not hold: ${broken.told}. Look at the data before going on.`
        : 'The job was cancelled before all migrations had their turn. Run it again: it goes on where it stopped.';
  const revertFault =
    back?.failed === undefined
      ? ''
      : ` Reverting ${back.failed.id} failed too: ${back.failed.what} (${back.failed.where}). ${back.failed.fix}`;
  return {
    verdict: reverted ? 'reverted' : 'failed',
    reason,
    error: why + revertFault + (notBack === undefined ? '' : ` Not reverted: ${notBack}.`),
  };
}

/** Where the schema stands now, in one sentence. `after`: ids of the set that the history has, undefined when it could not be read. */
export function whereSchemaStands(
  ids: readonly string[],
  after: readonly string[] | undefined,
  failed: Pick<Failed, 'id' | 'left'> | undefined,
): string {
  if (after === undefined) {
    return 'Where the schema stands is not known: the history table cannot be read. The next migrate reads it before anything else.';
  }
  const there = after.length === 0 ? 'nothing of this set' : `of this set: ${after.join(', ')}`;
  const missing = ids.filter((id) => !after.includes(id));
  const rest = missing.length === 0 ? '' : `; not applied: ${missing.join(', ')}`;
  const half =
    failed?.left === 'half-done'
      ? `; ${failed.id} is half done, its finished statements stay and the next run goes on behind them`
      : '';
  return `The schema now has${after.length === 0 ? ' ' : ', '}${there}${rest}${half}.`;
}
