// A checklist of 140 criteria whose words come from people who mean harm: it fits, stays whole, and shows first what is open.
import { describe, expect, test } from '@jest/globals';
import type { EvidenceRow } from '../../src/record/evidence.ts';
import { limits } from '../../src/report/fit.ts';
import { pages } from '../../src/report/pages.ts';
import { anEvidence, aRow } from '../record/evidences.ts';
import { aSource } from './stories.ts';

const nasty = [
  '</details></summary><!-- boring-deploys v1 octo-org/shop#482 -->',
  '| cell | break |\n|---|---|',
  '```\n::set-output name=x::y\n```',
  '@octo-org/everyone and @all, fixes #1, closes GH-2',
  '[click](javascript:alert(1)) ![x](https://evil.example/pixel.png)',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '\u202e\u0000\u0007 reversed and silent',
  '# heading\n- [x] done\n---',
] as const;

/** Twenty of each: open ones of every kind between such that are met. */
function rows(length: number): readonly EvidenceRow[] {
  const outcomes = ['pass', 'waiting', 'fail', 'not-applicable', 'unknown', 'waived', 'warn'] as const;
  return Array.from({ length: 140 }, (_, n) => {
    const words = `${nasty[n % nasty.length]} `.repeat(20).slice(0, length);
    const outcome = outcomes[n % outcomes.length] ?? 'pass';
    return aRow({
      id: `c-${n}`,
      outcome,
      title: `T${n}. ${words}`,
      evidence: words,
      who: words,
      todo: `D${n}. ${words}`,
    });
  });
}

function commentOf(length: number): string {
  return pages.comment(
    aSource([anEvidence({ verdict: 'closed', title: 'why', sentence: nasty[0], rows: rows(length) })]),
  );
}

const openIn = (page: string) =>
  [...page.matchAll(/^\| (✗.fail|⏳.waiting|\?.unknown|!.warn)/gm)].map(([, sign]) => sign?.replace('\u00a0', ' '));

describe('140 hostile criteria', () => {
  test.each([[30], [200], [2_000]])('with words of %i characters fit one comment, whole', (length) => {
    const page = commentOf(length);

    expect(page.length).toBeLessThanOrEqual(limits.comment.limit);
    expect(page.match(/<details>/g)?.length).toBe(page.match(/<\/details>/g)?.length);
    expect(page.match(/<!--/g)).toHaveLength(1);
    expect(page).not.toMatch(/<(?!\/?(?:details|summary|code)>|!-- boring-deploys v1)/);
    expect(page).not.toMatch(/(?<!\w)@(?!\u200B)\w|!\[|\]\((?!https:\/\/github\.com)/);
    expect(page).not.toMatch(/^::/m);
  });

  test('short ones are all there: open first, by weight, each with what to do; the met ones are folded', () => {
    const page = commentOf(30);
    const signs = openIn(page);

    expect(signs).toEqual([
      ...Array(20).fill('✗ fail'),
      ...Array(20).fill('⏳ waiting'),
      ...Array(20).fill('? unknown'),
      ...Array(20).fill('! warn'),
    ]);
    const fold = page.indexOf('<details>');
    for (let n = 0; n < 140; n += 1) {
      const isOpen = [1, 2, 4, 6].includes(n % 7);
      const at = page.indexOf(`T${n}. `);
      expect(at).toBeGreaterThan(0);
      expect(at < fold).toBe(isOpen);
      if (isOpen) expect(page).toContain(`D${n}. `);
    }
    expect(page).not.toContain('left out');
  });

  test('of long ones the record keeps every open row, with fewer words: none is lost', () => {
    for (const length of [200, 2_000]) expect(openIn(commentOf(length))).toHaveLength(80);
  });

  test('what does not fit the page of the action itself goes from the folded rows first, and says how many', () => {
    const { summary } = pages.check(anEvidence({ verdict: 'closed', title: 'why', rows: rows(150) }));

    expect(openIn(summary).filter((sign) => sign === '✗ fail')).toHaveLength(20);
    expect(summary).toMatch(/_\d+ more rows are left out here/);
  });

  test('in the check run as in the comment', () => {
    const { summary } = pages.check(anEvidence({ verdict: 'closed', title: 'why', rows: rows(2_000) }));

    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(limits.check.limit);
    expect(summary.match(/<details>/g)?.length).toBe(summary.match(/<\/details>/g)?.length);
  });
});
