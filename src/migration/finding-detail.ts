// The findings of the linter for people: a folded table with locks and safe ways, annotations on the lines, what a remark set aside.
import type { Evidence } from '../record/evidence.ts';
import type { Outcome } from '../record/outcome.ts';
import { type AddedLines, onAddedLines } from './added-line.ts';
import { type Fault, spotOf } from './fault.ts';
import type { LintedFile } from './lint.ts';

type Detail = Evidence['details'][number];

/** Rows of the table; what is beyond, the result file of the run has. */
const longest = 200;

const words = { error: 'error', warn: 'warning', info: 'note' } as const;

/** Folded sections: every finding, the mended lines, and what the files set aside. */
export function findingDetails(faults: readonly Fault[], aside: LintedFile['aside']): readonly Detail[] {
  const mended = faults.filter(({ suggestion }) => suggestion !== undefined).slice(0, longest);
  const sections: readonly Detail[] = [
    {
      heading: 'Findings of the linter',
      lines: faults.length > longest ? [`The first ${longest} of ${faults.length}; the result file has all.`] : [],
      table:
        faults.length === 0
          ? []
          : [
              ['', 'Where', 'Rule', 'What', 'Locks'],
              ...faults
                .slice(0, longest)
                .map((fault) => [
                  words[fault.level],
                  [{ code: spotOf(fault) }],
                  [{ code: fault.rule }],
                  fault.what,
                  fault.locks ?? '',
                ]),
            ],
    },
    {
      heading: 'Suggested lines',
      lines: mended.flatMap(mendedLines),
      table: [],
    },
    {
      heading: 'Set aside by remarks in the files',
      lines: aside.map(({ fault, because }) => [
        { code: spotOf(fault) },
        ' ',
        { code: fault.rule },
        ` because ${because}`,
      ]),
      table: [],
    },
  ];
  return sections.filter(({ lines, table }) => lines.length + table.length > 0);
}

/** Each line that is another than before; a suggestion keeps the number of lines. */
function mendedLines({ path, line, suggestion = '', was = '' }: Fault): Detail['lines'] {
  const before = was.split('\n');
  return suggestion
    .split('\n')
    .flatMap((text, place) =>
      text === before[place]
        ? []
        : [[{ code: spotOf({ path, line: line + place, column: 1 }) }, ' becomes ', { code: text.trim() }]],
    );
}

/** GitHub takes so many annotations with one check run (REST reference, "Create a check run"). */
const mostNotes = 50;

/** The findings as annotations of the check run that keeps the record: they stay on the lines of the pull request for all who read it. A range that is longer than a line shows at its last. */
export function notesOf(faults: readonly Fault[], added: AddedLines | undefined): NonNullable<Outcome['lineNotes']> {
  const told = onAddedLines(faults, added).filter(({ level }) => level !== 'info');
  return [...told.filter(({ level }) => level === 'error'), ...told.filter(({ level }) => level === 'warn')]
    .slice(0, mostNotes)
    .map((fault) => ({
      path: fault.path,
      line: fault.line,
      to: Math.max(fault.line, fault.endLine ?? fault.line),
      title: fault.rule,
      message: sentenceOf(fault),
      level: fault.level === 'error' ? ('failure' as const) : ('warning' as const),
    }));
}

/** GitHub shows ten annotations of a kind for a step: the worst first. */
const most = 10;

/** What stands on the changed lines. The first error is the run's own and stands there already, where its line is one of them. */
export function annotationsOf(
  faults: readonly Fault[],
  added: AddedLines | undefined,
): Pick<Outcome, 'annotations' | 'place'> {
  const errors = faults.filter(({ level }) => level === 'error');
  const [place] = onAddedLines(errors.slice(0, 1), added);
  const rest = onAddedLines([...errors.slice(1), ...faults.filter(({ level }) => level === 'warn')], added);
  return {
    annotations: rest
      .slice(0, most)
      .map((fault) => ({ message: sentenceOf(fault), file: fault.path, line: fault.line })),
    ...(place === undefined ? {} : { place: { file: place.path, line: place.line } }),
  };
}

function sentenceOf({ what, fix, rule, suggestion, locks }: Fault): string {
  const lines = [`${what}. ${fix} [${rule}]`, ...(locks === undefined ? [] : [`Locks: ${locks}.`])];
  return [...lines, ...(suggestion === undefined ? [] : ['Suggestion:', suggestion])].join('\n');
}
