// The page of the demo: everything people wrote is there, nothing of it can do harm, links stay inside.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FakeGithub, type FakeRepository, startFakeGithub } from '../world/github/fake.ts';
import { renderMarkdown } from './markdown.ts';
import { renderPage } from './page.ts';
import { createTeller, shareOf } from './teller.ts';

const bot = 'github-actions[bot]';

describe('Markdown of a comment', () => {
  const render = (text: string) => renderMarkdown(text, (url) => (url.startsWith('#') ? url : undefined)).trim();

  test('folds details and keeps tables inside them', () => {
    const html = render(
      '<!-- boring-deploys v1 -->\n### Open\n\n<details><summary>2 of 3 met &amp; more</summary>\n\n| a |\n|---|\n| 1 |\n\n</details>',
    );

    expect(html).toContain('<h3>Open</h3>');
    expect(html).toContain('<details><summary>2 of 3 met &amp; more</summary>');
    expect(html).toMatch(/<table>[\s\S]*<td>1<\/td>[\s\S]*<\/table>\s*<\/details>/);
    expect(html).not.toContain('boring-deploys v1');
  });

  test.each([
    ['<script>alert(1)</script>', /<script/],
    ['<img src=x onerror=alert(1)>', /<img|onerror/],
    ['<details open onclick="alert(1)"><summary style="x">s</summary></details>', /onclick|style|open/],
    ['text <b onmouseover=alert(1)>bold</b> <iframe src="//x">', /onmouseover|iframe/],
    ['[a](javascript:alert(1))', /href/],
    ['![a](https://example.test/x.png)', /<img|src=/],
    ['<!-- <script>alert(1)</script>', /<script/],
    ['<details title="<script>alert(1)</script>">', /<script/],
    ['`<script>` and **<script>**', /<script/],
  ])('keeps nothing dangerous of %s', (text, danger) => {
    expect(render(text)).not.toMatch(danger);
  });

  test('leads only to places of the page, and says where another link would lead', () => {
    expect(render('[here](#pull-1)')).toContain('<a href="#pull-1">here</a>');
    expect(render('[there](https://example.test/?a="b")')).toContain('<a class="outside" title="https:');
  });
});

describe('the page', () => {
  let github: FakeGithub;
  let repository: FakeRepository;

  beforeAll(async () => {
    github = await startFakeGithub();
    repository = github.repository('octo-org/shop');
    const at = '2026-01-05T10:00:00Z';
    repository.commit({ branch: 'tea', files: { 'tea.ts': 'export {};\n' } });
    const pull = repository.openPull({ title: 'Sell <b>tea</b>', branch: 'tea', author: 'ada', labels: ['<i>'], at });
    const check = repository.checkRun({
      sha: pull.headSha,
      name: 'boring-deploys / pre-deploy-gate / production',
      conclusion: 'failure',
      output: { title: 'closed <x>', summary: '| Criterion |\n|---|\n| Coverage |' },
      at,
    });
    repository.comment(pull, 'linus', 'Nice & <script>short</script>', { at });
    const server = `${github.serverUrl}/octo-org/shop`;
    repository.comment(pull, bot, `### Open\n\n[check](${server}/runs/${check.id}) [it](${server}/pull/1)`, { at });
    repository.review(pull, { user: 'grace', at: '2026-01-05T10:01:00Z' });
    repository.merge(pull, 'squash', { by: 'grace', at: '2026-01-05T10:02:00Z' });
    repository.deployment({
      statuses: [
        { state: 'in_progress', description: 'canary ten 10 %: baking' },
        { state: 'failure', description: 'traffic <restored>' },
      ],
    });
  });
  afterAll(() => github.close());

  test('says that it is simulated, and asks nobody for anything', () => {
    const html = renderPage(repository, { facts: ['200 of 200 answers from <v1>'] });

    expect(html).toContain('<strong>Simulated GitHub.</strong>');
    expect(html).toContain('200 of 200 answers from &#60;v1&#62;');
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
    expect(html).not.toMatch(/@import|url\(/);
  });

  test('shows title, people, comments, checks and deployments, all escaped', () => {
    const html = renderPage(repository, { facts: [] });

    expect(html).toContain('Sell &#60;b&#62;tea&#60;/b&#62;');
    expect(html).toContain('<span class="label">&#60;i&#62;</span>');
    expect(html).toContain('<b>grace</b> approved these changes');
    expect(html).toContain('<b>github-actions</b> <span class="label">bot</span>');
    expect(html).toContain('closed &#60;x&#62;');
    expect(html).toContain('<td>Coverage</td>');
    expect(html).toContain('canary ten 10 %: baking');
    expect(html).toContain('traffic &#60;restored&#62;');
    expect(html).not.toContain('<script');
  });

  test('links a check and a pull request to their places in it', () => {
    const html = renderPage(repository, { facts: [] });
    const [check] = [...repository.checkRuns.values()];

    expect(html).toContain(`<a href="#check-${check?.id}">check</a>`);
    expect(html).toContain(`id="check-${check?.id}"`);
    expect(html).toContain('<a href="#pull-1">it</a>');
    expect(html).toContain('id="pull-1"');
  });

  test('tells what happened in the order it happened', () => {
    const html = renderPage(repository, { facts: [] });
    const places = ['commented <time datetime="2026-01-05T10:00', 'approved these', 'merged commit'].map((text) =>
      html.indexOf(text),
    );

    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });
});

describe('the teller', () => {
  function told(isTTY: boolean, env: NodeJS.ProcessEnv = {}): string {
    const lines: string[] = [];
    let now = 0;
    const teller = createTeller({ isTTY, write: (text) => lines.push(text) }, env, () => {
      now += 1_500;
      return now;
    });
    teller.section('A release');
    teller.line('gate', 'open');
    teller.good('measured');
    teller.table([
      ['Chapter', 'Took'],
      ['One', '1 s'],
    ]);
    return lines.join('');
  }

  test('numbers its sections and stamps its lines', () => {
    expect(told(false)).toBe(
      `\n1. A release\n   1.5s  gate${' '.repeat(15)}open\n   3.0s  ✓ measured\n   Chapter   Took\n   One       1 s\n`,
    );
  });

  test('colours only where a person reads it', () => {
    expect(told(true)).toContain('\u001b[32m✓');
    expect(told(true, { NO_COLOR: '1' })).not.toContain('\u001b');
  });

  test('shows a share with its counts', () => {
    expect([shareOf(5, 23), shareOf(0, 0)]).toEqual(['5 of 23 (21.7 %)', '0 of 0']);
  });
});
