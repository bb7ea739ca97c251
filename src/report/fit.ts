// Fits a page into its limit: folded detail goes first, row by row, saying how many rows are left out; markup is never cut.

/** A piece of a page that can lose rows from its end. A text is a block of one row. */
export interface Block {
  /** Before the rows, e.g. a heading and a table's first lines; shown only with at least one row. */
  readonly open: string;
  readonly rows: readonly string[];
  /** After the rows and the note, e.g. `</details>`. */
  readonly close: string;
  /** Before everything, also when all rows are left out, e.g. `<details><summary>…`. */
  readonly frame: string;
  /** Highest loses rows first; 0 only when nothing else is left to lose; below 0 never. */
  readonly rank: number;
  /** Where the rows that are left out can be read, as Markdown. */
  readonly where: string;
}

export interface Limit {
  readonly limit: number;
  readonly measure: 'characters' | 'bytes';
}

/** A comment's limit in characters, and those of a check run's text and a step's summary, counted in bytes to be on the safe side. */
export const limits = {
  comment: { limit: 65_536, measure: 'characters' },
  check: { limit: 65_535, measure: 'bytes' },
  summary: { limit: 1_048_576, measure: 'bytes' },
} as const satisfies Readonly<Record<string, Limit>>;

/** A paragraph that only goes when all detail is gone. */
export function textBlock(text: string, rank = 0): Block {
  return { frame: '', open: '', rows: [text], close: '', rank, where: '' };
}

/** The page within the limit. Blocks are parted by an empty line; those of equal rank lose rows from the last block on. */
export function fitted(blocks: readonly Block[], limit: Limit): string {
  const kept = blocks.map(({ rows }) => rows.length);
  const order = blocks
    .map((block, index) => ({ rank: block.rank, index }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => b.rank - a.rank || b.index - a.index);
  for (const { index } of order) {
    if (sizeOf(page(blocks, kept), limit) <= limit.limit) break;
    kept[index] = mostRows(blocks, kept, index, limit);
  }
  return page(blocks, kept);
}

/** The most rows of one block with which the page fits, by halving; 0 when it fits with none. */
function mostRows(blocks: readonly Block[], kept: readonly number[], index: number, limit: Limit): number {
  let few = 0;
  let many = (kept[index] ?? 0) - 1;
  while (few < many) {
    const middle = Math.ceil((few + many) / 2);
    const size = sizeOf(page(blocks, kept.with(index, middle)), limit);
    if (size <= limit.limit) few = middle;
    else many = middle - 1;
  }
  return few;
}

function page(blocks: readonly Block[], kept: readonly number[]): string {
  return blocks
    .map((block, index) => rendered(block, kept[index] ?? 0))
    .filter((text) => text !== '')
    .join('\n\n')
    .concat('\n');
}

function rendered(block: Block, kept: number): string {
  const left = block.rows.length - kept;
  const rows = kept === 0 ? [] : [[block.open, ...block.rows.slice(0, kept)].filter((line) => line !== '').join('\n')];
  const plural = left === 1 ? 'row is' : 'rows are';
  const where = block.where === '' ? '' : `: ${block.where}`;
  // A text without a place to read it elsewhere simply goes.
  const note =
    left === 0 || (block.rank === 0 && block.where === '') ? [] : [`_${left} more ${plural} left out here${where}_`];
  return [block.frame, ...rows, ...note, block.close].filter((part) => part !== '').join('\n\n');
}

function sizeOf(text: string, { measure }: Limit): number {
  return measure === 'characters' ? text.length : new TextEncoder().encode(text).length;
}
