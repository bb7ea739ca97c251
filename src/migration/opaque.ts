// A migration that is a program: what is known of it is what its author says.
import { unreadable } from './compatibility.ts';
import { fault } from './fault.ts';
import type { MigrationFile } from './file.ts';
import { authorsWord } from './foreign-folder.ts';
import type { LintedFile } from './lint.ts';

/** The file as the linter hands it on: by its author's word, else unread, which counts as contract. */
export function opaqueFile(file: MigrationFile, own: boolean): LintedFile {
  const because = file.opaque ?? '';
  const at = { line: file.up.line, column: 1 };
  const author = authorsWord(file.text);
  const word = author ?? file.meant?.compatibility;
  const why = author === undefined ? `it only has ${file.meant?.because ?? ''}` : 'its author says so';
  const said = { compatibility: word ?? 'contract', because: why, ...at } as const;
  const fix = 'Say in a remark what it means to code that runs, e.g. "boring-deploys: expand", and look at it by hand.';
  const unchecked = {
    ...fault(file.path, at.line, 'not-checked', `It was not checked: ${because}`, fix),
    level: 'warn' as const,
  };
  return {
    parsed: { file, up: { kind: 'unread', because, ...at }, down: undefined, standIns: 0 },
    compatible:
      word === undefined
        ? unreadable(because, at)
        : { compatibility: said.compatibility, readings: word === 'none' ? [] : [said] },
    faults: own ? [unchecked] : [],
    aside: [],
    repeatable: false,
    linted: own,
    deeds: [],
  };
}
