// Fitting: detail goes first and row by row, what is left out is counted, and markup stays whole.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Block, fitted, limits, textBlock } from '../../src/report/fit.ts';
import { pages } from '../../src/report/pages.ts';
import { anEvidence, aRow } from '../record/evidences.ts';
import { aSource } from './stories.ts';

function folded(rows: number, rank: number, row = 'x'.repeat(20)): Block {
  const name = `r${rank}`;
  return {
    frame: `<details><summary>${name}</summary>`,
    open: '| A |\n|---|',
    rows: Array.from({ length: rows }, (_, index) => `| ${name} ${index} ${row} |`),
    close: '</details>',
    rank,
    where: 'the check run',
  };
}

const characters = (limit: number) => ({ limit, measure: 'characters' }) as const;

describe('fitted', () => {
  const blocks = [textBlock('title'), folded(10, 10), folded(10, 30), folded(10, 20)];
  const whole = fitted(blocks, characters(10_000));

  test('leaves a page alone that fits exactly, and takes one row from one that is a character over', () => {
    expect(fitted(blocks, characters(whole.length))).toBe(whole);

    const shorter = fitted(blocks, characters(whole.length - 1));
    expect(shorter).toContain('r30 7 ');
    expect(shorter).not.toContain('r30 9 ');
    expect(shorter).toMatch(/_\d+ more rows? (is|are) left out here: the check run_/);
    for (const name of ['r10 9 ', 'r20 9 ', 'title']) expect(shorter).toContain(name);
  });

  test('empties the highest rank before it touches the next', () => {
    const short = fitted(blocks, characters(850));

    expect(short).toContain('_10 more rows are left out here: the check run_');
    expect(short).not.toContain('r30 0 ');
    expect(short).toContain('r10 9 ');
    expect(short.length).toBeLessThanOrEqual(850);
  });

  test('fits any page into any limit that holds its frames, with all markup closed and every row counted', () => {
    const anyBlock = fc.record({
      rows: fc.nat(30),
      rank: fc.constantFrom(10, 20, 30),
      row: fc.string({ maxLength: 60, unit: fc.constantFrom(...'aé𝄞 ') }),
    });
    fc.assert(
      fc.property(
        fc.array(anyBlock, { maxLength: 6 }),
        fc.integer({ min: 900, max: 6_000 }),
        fc.boolean(),
        (made, limit, bytes) => {
          const page = fitted([textBlock('title', -1), ...made.map(({ rows, rank, row }) => folded(rows, rank, row))], {
            limit,
            measure: bytes ? 'bytes' : 'characters',
          });

          const size = bytes ? Buffer.byteLength(page) : page.length;
          const left = [...page.matchAll(/_(\d+) more/g)].reduce((sum, match) => sum + Number(match[1]), 0);
          expect(size).toBeLessThanOrEqual(limit);
          expect(page.match(/<details>/g)?.length).toBe(page.match(/<\/details>/g)?.length);
          expect((page.match(/^\| r\d/gm) ?? []).length + left).toBe(made.reduce((sum, { rows }) => sum + rows, 0));
        },
      ),
    );
  });

  test('gives up even texts at last, never a block below rank 0', () => {
    const page = fitted(
      [textBlock('marker', -1), textBlock('a'.repeat(100)), textBlock('b'.repeat(100))],
      characters(120),
    );

    expect(page).toBe(`marker\n\n${'a'.repeat(100)}\n`);
  });
});

describe('a comment of thousands of rows', () => {
  const rows = Array.from({ length: 5_000 }, (_, index) =>
    aRow({
      id: `r${index}`,
      title: `Criterion ${index}`,
      outcome: index % 50 === 0 ? 'fail' : 'pass',
      evidence: '<x> é',
    }),
  );
  const log = Array.from({ length: 3_000 }, (_, index) => `poll ${index}`);
  const evidence = anEvidence({
    verdict: 'closed',
    title: 'why',
    wayBack: 'v1',
    rows,
    details: [{ heading: 'log', lines: log, table: [] }],
  });

  test('fits, keeps every open row, and says what is left out and where', () => {
    const { summary } = pages.check(evidence);

    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(limits.check.limit);
    expect(summary.match(/✗\u00a0fail/g)).toHaveLength(100);
    expect(summary).toContain('**Way back** v1');
    expect(summary).toMatch(/_3000 more rows are left out here: \[the check run\]/);
  });

  test('is a whole page in the summary, which holds a megabyte', () => {
    const summary = pages.summary(evidence, aSource([]));

    expect(summary).toContain('poll 2999');
    expect(summary).not.toContain('left out');
  });

  test('fits in the living comment though fifty legs write into it', () => {
    const legs = Array.from({ length: 50 }, (_, index) =>
      anEvidence({
        action: 'smoke-test',
        verdict: 'fail',
        deploymentId: 2,
        leg: `leg-${index}`,
        title: 'why',
        rows: rows.slice(0, 60),
        details: [{ heading: 'log', lines: log.slice(0, 100), table: [] }],
      }),
    );
    const comment = pages.comment(aSource(legs));

    expect(comment.length).toBeLessThanOrEqual(limits.comment.limit);
    expect(comment.match(/^\| smoke · leg-/gm)).toHaveLength(50);
    expect(comment.match(/<details>/g)?.length).toBe(comment.match(/<\/details>/g)?.length);
  });
});
