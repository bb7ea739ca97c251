// Which of the pending files go in now: the longest prefix that is due; what lies behind is deferred.
import type { Compatible } from './compatibility.ts';
import type { MigrationFile } from './file.ts';
import { type Compatibility, worstOf } from './meaning.ts';

export const sets = ['due', 'expand', 'contract', 'all'] as const;
export type SetName = (typeof sets)[number];

export interface JudgedFile {
  readonly file: MigrationFile;
  readonly compatible: Compatible;
}

export interface Choice {
  readonly due: readonly JudgedFile[];
  readonly deferred: readonly JudgedFile[];
  readonly compatibility: Compatibility;
  /** A contract file that is not due and stands before expand files of this change. */
  readonly inTheWay: JudgedFile | undefined;
}

export interface Choosing {
  readonly set: SetName;
  readonly pending: readonly JudgedFile[];
  /** True for the files that this change brings; the others were left pending by earlier ones. */
  readonly own: (file: MigrationFile) => boolean;
  /** Ids of contract files whose last reader is retired. Empty until the record tells: then `due` defers every contract file. */
  readonly retired: ReadonlySet<string>;
  /** Nothing was ever applied: no version before this one can be reading the schema. */
  readonly untouched: boolean;
}

/**
 * `due`: up to the first contract file whose readers are not known to be retired. `expand`: up to the first contract file.
 * `contract`: up to and with the last contract file, expand files between them included. `all`: everything.
 */
export function chooseSet(choosing: Choosing): Choice {
  const judged = choosing.pending;
  const end = endOf(choosing, judged);
  const due = judged.slice(0, end);
  const deferred = judged.slice(end);
  const first = deferred[0];
  const waiting =
    choosing.set === 'due' &&
    deferred.some(({ file, compatible }) => compatible.compatibility !== 'contract' && choosing.own(file));
  return {
    due,
    deferred,
    compatibility: worstOf(due.map(({ compatible }) => compatible.compatibility)),
    inTheWay: waiting ? first : undefined,
  };
}

function endOf(choosing: Choosing, judged: readonly JudgedFile[]): number {
  const isContract = ({ compatible }: JudgedFile) => compatible.compatibility === 'contract';
  const until = (index: number) => (index < 0 ? judged.length : index);
  switch (choosing.set) {
    case 'all':
      return judged.length;
    case 'contract':
      return judged.findLastIndex(isContract) + 1;
    case 'expand':
      return until(judged.findIndex(isContract));
    case 'due':
      if (choosing.untouched) return judged.length;
      return until(
        judged.findIndex((one) => isContract(one) && (choosing.own(one.file) || !choosing.retired.has(one.file.id))),
      );
  }
}
