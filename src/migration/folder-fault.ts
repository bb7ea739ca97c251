// Faults of a whole file of a migration folder: its name, its size, a second down.
import { type Fault, fault } from './fault.ts';
import { type FileName, sameNumber } from './name.ts';

/** The text was not read: it is too large. */
export function tooLarge(path: string, because: string): Fault {
  return fault(path, 1, 'size', because, 'Load data outside the migrations.');
}

/** A name from which no order can be read. */
export function strangeName(path: string): Fault {
  return fault(
    path,
    1,
    'name',
    'The name says no order',
    'Name it like V042__what_it_does.sql or 042_what_it_does.sql (down: V042__what_it_does.down.sql).',
  );
}

/** A second file that reverts the same migration. */
export function twoDowns(path: string, up: string): Fault {
  return fault(path, 1, 'two-downs', `${up} has another down already`, 'Keep one of them.');
}

/** Files that revert what is not there. */
export function lonelyDowns(
  downs: readonly { readonly path: string; readonly name: FileName }[],
  files: readonly { readonly number: readonly string[] }[],
): readonly Fault[] {
  return downs
    .filter(({ name }) => !files.some((file) => sameNumber(file.number, name.number)))
    .map(({ path }) =>
      fault(
        path,
        1,
        'down-without-up',
        'There is no migration that this file reverts',
        'Add the up file, or remove this one.',
      ),
    );
}
