// Small pictures of a row of numbers: blocks in a line of text, and the badge that a README shows.
import type { Attainment } from '../../policy/target.ts';

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One block a number, from zero to the largest; a gap (`·`) where there is none. Empty when nothing is known. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const known = values.flatMap((value) => (value === undefined ? [] : [value]));
  if (known.length === 0) return '';
  const top = Math.max(...known);
  return values.map((value) => (value === undefined ? '·' : blockOf(value, top))).join('');
}

function blockOf(value: number, top: number): string {
  const index = top <= 0 ? 0 : Math.min(blocks.length - 1, Math.floor((value / top) * (blocks.length - 1) + 0.5));
  return blocks[index] ?? blocks[0];
}

/** The file that shields.io's endpoint badge reads (its documentation, "Endpoint Badge"). */
export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: 'brightgreen' | 'yellow' | 'red' | 'blue' | 'lightgrey';
}

/** The badge of a figure: coloured by its target, never by a tier. */
export function badgeOf(label: string, message: string, attained: Attainment): Badge {
  return { schemaVersion: 1, label, message, color: message === '–' ? 'lightgrey' : colors[attained] };
}

const colors: Readonly<Record<Attainment, Badge['color']>> = {
  met: 'brightgreen',
  acceptable: 'yellow',
  missed: 'red',
  'too few': 'lightgrey',
  'no target': 'blue',
  'not readable': 'blue',
};
