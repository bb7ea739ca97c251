// The pages of the report as people read them, each compared with a readable file.
import { describe, expect, test } from '@jest/globals';
import { marked } from 'marked';
import { pages } from '../../src/report/pages.ts';
import type { ReportSource } from '../../src/report/source.ts';
import { aDeployment, begun, forwardPayload, minute, noon, shaOf, stage, succeeded } from '../record/deployments.ts';
import { anEvidence, aRecord, aRow } from '../record/evidences.ts';
import { expectPage } from './snapshot.ts';
import { aSource, eightLegs, hostile, legNames, refusedRollback, rolledBack, waitingGate } from './stories.ts';

const titleOf = (source: ReportSource) => pages.comment(source).split('\n')[2] ?? '';

describe('the living comment', () => {
  test.each([
    ['gate-waiting', aSource([waitingGate])],
    ['rolled-back', rolledBack],
    ['eight-legs', eightLegs],
    ['rollback-refused', refusedRollback],
    ['hostile', hostile],
  ])('tells the story “%s” as its file does', (name, source) => {
    expectPage(pages.comment(source), name);
  });

  test('begins with the marker of its pull request', () => {
    expect(pages.comment(aSource([])).split('\n')[0]).toBe('<!-- boring-deploys v1 octo-org/shop#482 -->');
    expect(pages.marker({ owner: 'a-->', name: 'b' }, 1)).toBe('<!-- boring-deploys v1 a--/b#1 -->');
  });

  test('is the same whatever the order of the records', () => {
    const turned = { ...rolledBack, records: [...rolledBack.records].reverse() };

    expect(pages.comment(turned)).toBe(pages.comment(rolledBack));
  });

  test('shows a row for each of eight legs that report at once, and the worst one in the title', () => {
    const comment = pages.comment(eightLegs);

    for (const leg of legNames) expect(comment.match(new RegExp(`canary 10 % · ${leg}`, 'g'))).toHaveLength(1);
    expect(titleOf(eightLegs)).toBe('### ⏸ Production: holding in de. Needs 210 more requests');
  });

  test('shows a row for each leg also where nothing began a Deployment', () => {
    const smoked = legNames.map((leg) =>
      anEvidence({ action: 'smoke-test', verdict: leg === 'us' ? 'fail' : 'pass', leg }),
    );
    const comment = pages.comment(aSource(smoked));

    expect(comment.match(/^\| smoke · /gm)).toHaveLength(8);
    expect(comment).toContain('### ✗ Production: smoke test failed in us');
    expect(pages.comment(aSource([anEvidence({ verdict: 'closed' })]))).not.toContain('| Stage |');
  });

  test('has a section for each environment and unit, the last thing that happened first', () => {
    const source = aSource([
      anEvidence({ environment: 'staging', at: noon, title: 'all met' }),
      anEvidence({ environment: 'production', unit: 'shop', at: noon + minute, verdict: 'closed', title: 'window' }),
      anEvidence({ environment: 'production', unit: 'api', at: noon - minute, title: 'all met' }),
    ]);

    const titles = pages.comment(source).match(/^### .*$/gm);

    expect(titles).toEqual([
      '### ✗ Production · shop: closed. Window',
      '### ✓ Staging: open. All met',
      '### ✓ Production · api: open. All met',
    ]);
  });

  test('leaves out the records of other pull requests, and of drills', () => {
    const source = aSource([
      anEvidence({ pulls: [1], title: 'other' }),
      anEvidence({ action: 'rollback', verdict: 'restored', pulls: [], title: 'drill' }),
    ]);

    expect(pages.comment(source)).toContain('Nothing has been recorded');
  });

  test('reads nothing out of a check run that somebody forged', () => {
    const forged = aRecord(anEvidence({ title: 'all met' }), { app: 'other-app' });

    expect(pages.comment(aSource([], [], { records: [forged] }))).toContain('Nothing has been recorded');
  });
});

describe('the state in the title', () => {
  const deployment = (...said: Parameters<typeof aDeployment>[2] & object) =>
    aDeployment(2, forwardPayload(), said, { createdAt: noon });
  const at = (minutes: number) => noon + minutes * minute;
  const gate = anEvidence({ deploymentId: 2, at: at(0), title: 'all met' });

  test.each([
    ['open', '### ✓ Production: open. Why'],
    ['closed', '### ✗ Production: closed. Why'],
    ['waiting', '### ⏳ Production: waiting. Why'],
  ])('of a gate that is %s', (verdict, title) => {
    expect(titleOf(aSource([anEvidence({ verdict, title: 'why' })]))).toBe(title);
  });

  test.each([
    ['rolled back to v1.7.4 in 38 s', '### ↩ Production: rolled back to v1.7.4 in 38 s'],
    ['v1.8.0 turned back at ten', '### ↩ Production: rolled back. v1.8.0 turned back at ten'],
    ['', '### ↩ Production: rolled back'],
  ])('does not say its word twice nor spell a version anew: “%s”', (clause, title) => {
    const evidence = anEvidence({ action: 'canary-step', verdict: 'rollback', title: clause });

    expect(titleOf(aSource([evidence]))).toBe(title);
  });

  test('says “would be closed” under enforce: report', () => {
    expect(titleOf(aSource([anEvidence({ verdict: 'closed', reportOnly: true, title: 'why' })]))).toBe(
      '### – Production: would be closed. Why',
    );
  });

  test.each([
    [
      'a bake goes on',
      [{ entry: stage('ten', 10, 'baking'), written: at(9) }],
      '### ▶ Production: rolling out. Canary ten 10 %: baking',
    ],
    ['only the gate has opened', [{ entry: begun, written: at(0) }], '### ✓ Production: open. All met'],
    [
      'it was cancelled',
      [{ state: 'error', entry: { kind: 'ended', how: 'cancelled', detail: 'by bob' }, written: at(9) }],
      '### ✗ Production: stopped. Cancelled: by bob',
    ],
    [
      'another one took its place',
      [{ state: 'inactive', entry: { kind: 'ended', how: 'superseded', detail: '9' }, written: at(9) }],
      '### – Production: superseded by 9',
    ],
    [
      'its canary turned back and nothing was reported since',
      [
        { entry: stage('ten', 10, 'rollback'), written: at(8) },
        { state: 'failure', entry: { kind: 'restored', side: 'blue', because: 'errors' }, written: at(9) },
      ],
      '### ↩ Production: rolled back. Traffic restored: blue 100 %, errors',
    ],
  ] as const)('follows the statuses when %s', (_, said, title) => {
    expect(titleOf(aSource([gate], [deployment(...said)]))).toBe(title);
  });

  test('is done when the last duty is done, in the words of who did it', () => {
    const smoke = anEvidence({ action: 'smoke-test', verdict: 'pass', deploymentId: 2, at: at(9), title: '14 of 14' });
    const done = deployment(...succeeded.map((one) => ({ ...one, written: at(9) })));

    expect(titleOf(aSource([gate, smoke], [done]))).toBe('### ✓ Production: done. 14 of 14');
    expect(titleOf(aSource([gate, smoke], [deployment({ entry: stage('ten', 10, 'baking'), written: at(9) })]))).toBe(
      '### ▶ Production: rolling out. 14 of 14',
    );
  });

  test('stays the gate’s at review when another action was content, and is the other’s when it failed since', () => {
    const closed = anEvidence({ moment: 'review', verdict: 'closed', at: at(0), title: 'coverage' });
    const lint = anEvidence({ action: 'migrate', moment: 'review', at: at(1), verdict: 'clean', title: 'no fault' });

    expect(titleOf(aSource([closed, lint]))).toBe('### ✗ Production: closed. Coverage');
    expect(titleOf(aSource([closed, { ...lint, verdict: 'failed', title: 'V1 drops' }]))).toBe(
      '### ✗ Production: migration failed. V1 drops',
    );
  });

  test('is the newer head’s: what was found on an older commit gives way', () => {
    const old = anEvidence({ moment: 'review', verdict: 'closed', at: at(0), sha: shaOf('a'), title: 'old' });
    const next = anEvidence({ moment: 'review', verdict: 'open', at: at(1), sha: shaOf('b'), title: 'new' });

    expect(titleOf(aSource([old, next]))).toBe('### ✓ Production: open. New');
  });

  test('has a row for each part of the suite that one job tested', () => {
    const run = { id: 7001, attempt: 1, job: 'smoke', url: '' };
    const part = (words: string, minutes: number) =>
      anEvidence({
        action: 'smoke-test',
        verdict: 'pass',
        deploymentId: 2,
        at: at(minutes),
        run,
        moments: [{ stage: words, from: at(minutes), to: at(minutes), verdict: 'pass', figures: '1 of 1' }],
      });
    const tested = [part('smoke, tag core', 6), part('smoke, tag pay', 7), part('smoke, tag pay', 8)];
    const comment = pages.comment(aSource([gate, ...tested], [deployment(...succeeded)]));

    expect(comment.match(/^\| smoke, tag \w+/gm)).toEqual(['| smoke, tag core', '| smoke, tag pay']);
  });

  test('names the tags of a smoke test where its words on the Deployment are the last', () => {
    const entry = { kind: 'smoke', verdict: 'pass', passed: 3, total: 3, tags: ['core'] } as const;

    expect(titleOf(aSource([gate], [deployment({ entry, written: at(9) })]))).toBe(
      '### ▶ Production: begun. Smoke pass: 3 of 3, tags core',
    );
  });

  test('begins anew with a second deployment: stages of the first are gone', () => {
    const first = anEvidence({
      action: 'canary-step',
      verdict: 'rollback',
      deploymentId: 2,
      at: at(5),
      title: 'worse',
    });
    const again = anEvidence({ deploymentId: 4, at: at(20), title: 'all met' });
    const second = aDeployment(4, forwardPayload(), [{ entry: begun, written: at(20) }], { createdAt: at(20) });
    const comment = pages.comment(aSource([gate, first, again], [deployment(...succeeded), second]));

    expect(comment).toContain('### ✓ Production: open. All met');
    expect(comment).not.toContain('canary');
    expect(comment.match(/^\| gate \|/gm)).toHaveLength(1);
  });
});

describe('the other pages', () => {
  test('the pointer is one line with the link to the report', () => {
    const url = 'https://github.com/octo-org/shop/pull/490#issuecomment-5';

    expect(pages.pointer(aSource([]), url)).toBe(
      [
        '<!-- boring-deploys v1 octo-org/shop#482 -->',
        '',
        `This change goes out together with others: [the report on pull request 490](${url}).`,
        '',
      ].join('\n'),
    );
  });

  test('the check page says the same for one action, with a plain title', () => {
    const { title, summary } = pages.check(waitingGate);

    expect(title).toBe('✗ Production: closed. Coverage fails, two people have to sign, one fact is missing');
    expectPage(summary, 'check-gate');
  });

  test('a check title never passes 255 characters', () => {
    expect(pages.check(anEvidence({ title: 'x'.repeat(400) })).title).toHaveLength(255);
  });

  test('the summary tells one action, with the state of its Deployment', () => {
    const smoke = anEvidence({
      action: 'smoke-test',
      verdict: 'pass',
      deploymentId: 2,
      title: '14 of 14',
      rows: [aRow()],
    });
    const done = aDeployment(2, forwardPayload(), succeeded, { createdAt: noon });

    expectPage(pages.summary(smoke, aSource([], [done], { pull: undefined })), 'summary-smoke');
  });

  test.each([
    [
      'what does not apply is no line that had to be met',
      ['pass', 'pass', 'not-applicable'],
      '2 of 2 criteria met, 1 not applicable',
    ],
    ['what was waived was not met', ['pass', 'waived', 'fail'], '1 of 3 criteria met, 1 waived'],
    [
      'what is asked later is told beside',
      ['pass', 'asked-at-deploy', 'not-applicable'],
      '1 of 1 criteria met, 1 not applicable, 1 asked at deploy',
    ],
    ['nothing that had to be met is not “0 of 0”', ['not-applicable'], 'none of the criteria asked, 1 not applicable'],
  ] as const)('the count of what was met: %s', (_, outcomes, said) => {
    const gate = anEvidence({ rows: outcomes.map((outcome) => aRow({ outcome })) });

    expect(pages.check(gate).summary).toContain(`<details><summary>${said}</summary>`);
  });

  test('many open rows that say the same are one, and those that somebody owes stay apart', () => {
    const idle = (n: number) =>
      aRow({ outcome: 'unknown', title: `Check ${n}`, evidence: 'the version was not ready' });
    const rows = [aRow({ outcome: 'fail', title: 'Home', evidence: 'no answer' }), ...[1, 2, 3, 4, 5, 6, 7].map(idle)];
    const smoke = anEvidence({ action: 'smoke-test', verdict: 'inconclusive', rows });
    const owed = { ...smoke, rows: rows.map((row) => ({ ...row, who: 'author' })) };

    const lines = pages.check(smoke).summary.split('\n');

    expect(lines.filter((line) => line.includes('not ready'))).toEqual([
      '| ?\u00a0unknown | Check 1, Check 2, Check 3, Check 4, Check 5 and 2 more · the version was not ready |',
    ]);
    expect(lines).toContain('| | Not passed |');
    expect(pages.check(owed).summary.match(/not ready/g)).toHaveLength(7);
    expect(pages.check({ ...smoke, rows: rows.slice(0, 4) }).summary.match(/not ready/g)).toHaveLength(3);
  });

  test('a note is one escaped line whose links lead nowhere unless told', () => {
    const phrase = ['@bob ', { text: 'see', href: 'https://github.com/x' }];

    expect(pages.note(phrase)).toBe('@\u200Bbob see (https&#58;//github.com/x)');
    expect(pages.note(phrase, ['https://github.com'])).toBe('@\u200Bbob [see](https://github.com/x)');
  });
});

describe('a page made of hostile words', () => {
  const comment = pages.comment(hostile);
  const html = marked.parse(comment, { async: false, gfm: true });

  test('has only the elements that we wrote', () => {
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map((match) => match[1]?.toLowerCase()));

    expect(
      [...tags].filter(
        (tag) =>
          ![
            'h3',
            'p',
            'table',
            'thead',
            'tbody',
            'tr',
            'th',
            'td',
            'details',
            'summary',
            'ul',
            'li',
            'strong',
            'code',
            'a',
            'br',
            'em',
          ].includes(tag ?? ''),
      ),
    ).toEqual([]);
    expect(comment.match(/<details>/g)?.length).toBe(comment.match(/<\/details>/g)?.length);
    expect(comment.match(/<!--/g)).toHaveLength(1);
    expect(html.match(/<h3>/g)).toHaveLength(1);
  });

  test('leads nowhere but to the server', () => {
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '');

    expect(hrefs.length).toBeGreaterThan(0);
    expect(hrefs.filter((href) => !href.startsWith('https://github.com/'))).toEqual([]);
  });

  test('mentions nobody and refers to nothing', () => {
    const outsideCode = comment
      .replace(/`[^`\n]*`/g, '')
      .split('\n')
      .slice(1)
      .join('\n');

    expect(outsideCode).not.toMatch(/@[A-Za-z]/);
    expect(outsideCode.replace(/&#\d+;/g, '')).not.toMatch(/#\d|GH-\d/);
    expect(comment).not.toMatch(/&#\u200B/);
  });

  test('begins no line with a workflow command and keeps its tables whole', () => {
    expect(comment).not.toMatch(/^::/m);
    for (const line of comment.split('\n').filter((one) => one.startsWith('| ✗'))) {
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(5);
    }
  });

  test('puts what somebody owes before what happened, and limits that nobody can do anything about behind it', () => {
    const limit = aRow({ outcome: 'fail', title: 'error-rate < 1 %', who: '', todo: '' });
    const stage = { stage: 'canary ten 10 %', from: 0, to: 1, verdict: 'rollback', figures: '' };
    const turned = anEvidence({ action: 'canary-step', verdict: 'rollback', rows: [limit], moments: [stage] });
    const owed = { ...turned, rows: [{ ...limit, who: 'author', todo: 'mend it' }] };

    const fact = pages.check(turned).summary;
    const duty = pages.check(owed).summary;

    expect(fact.indexOf('| canary ten 10 %')).toBeLessThan(fact.indexOf('error-rate'));
    expect(fact).not.toContain('What to do');
    expect(duty.indexOf('mend it')).toBeLessThan(duty.indexOf('| canary ten 10 %'));
  });
});
