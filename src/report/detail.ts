// Detail of an action run: folded below the report, or unfolded where the reader must act on it.
import type { Evidence } from '../record/evidence.ts';
import type { Block } from './fit.ts';
import { type Allowed, escapeText, inline, link, tableHead, tableRow } from './markdown.ts';
import type { Kept } from './scene.ts';

type Detail = Evidence['details'][number];

/** The unfolded or the folded details of one evidence, as blocks of this rank. */
export function detailBlocks(
  kept: Kept,
  allowed: Allowed,
  wanted: { readonly unfolded: boolean; readonly rank: number },
): readonly Block[] {
  return kept.evidence.details
    .filter((detail) => (detail.open === true) === wanted.unfolded && detail.lines.length + detail.table.length > 0)
    .map((detail) => ({
      open: '',
      rows: rowsOf(detail, allowed),
      rank: wanted.rank,
      where: kept.url === '' ? 'the check run has them' : link('the check run', kept.url, allowed),
      ...frameOf(detail, kept, wanted.unfolded),
    }));
}

function frameOf(detail: Detail, kept: Kept, unfolded: boolean): Pick<Block, 'frame' | 'close'> {
  if (unfolded) return { frame: detail.heading === '' ? '' : `**${escapeText(detail.heading)}**`, close: '' };
  const heading = [detail.heading, kept.evidence.leg].filter((part) => part !== '').join(' · ');
  return { frame: `<details><summary>${escapeText(heading)}</summary>`, close: '</details>' };
}

/** Lines as a list, then the table; its head belongs to its first row, so that it never stands alone. */
function rowsOf({ lines, table }: Detail, allowed: Allowed): readonly string[] {
  const list = lines.map((line) => `- ${inline(line, allowed)}`);
  const [head, ...body] = table.map((row) => row.map((cell) => measured(inline(cell, allowed))));
  if (head === undefined) return list;
  const wide = (row: readonly string[]): readonly string[] => head.map((_, index) => row[index] ?? '');
  const above = `${list.length === 0 ? '' : '\n'}${tableHead(head)}`;
  const [first, ...rest] = body.map((row) => tableRow(wide(row)));
  return [...list, first === undefined ? above : `${above}\n${first}`, ...rest];
}

/** A cell in which milliseconds stay with their number: narrow columns would part them, and double the height of each row. */
function measured(cell: string): string {
  return cell.replace(/(?<=\d) (?=ms\b)/g, '\u00a0');
}
