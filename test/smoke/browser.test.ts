// A flow that needs a browser: Playwright with Debian's Chromium, run as a command of the suite, its report ingested.
import { existsSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { neighbour } from '../world/neighbour.ts';
import { failuresIn, Neighbours } from './neighbours.ts';

/** A folder in which @playwright/test is installed, without browsers. */
const playwright = process.env.BORING_PLAYWRIGHT || join(tmpdir(), 'boring-deploys-playwright-1.65.1');
const chromium = '/usr/bin/chromium';
const available = existsSync(join(playwright, 'node_modules', '@playwright', 'test', 'cli.js')) && existsSync(chromium);

const config = `module.exports = {
  testDir: '.',
  outputDir: 'out',
  timeout: 20000,
  use: { baseURL: process.env.BASE, launchOptions: { executablePath: '${chromium}', args: ['--no-sandbox'] } },
};`;
const spec = `const { test, expect } = require('@playwright/test');
test('login by the form leads to the dashboard @smoke', async ({ page }) => {
  await page.goto('/login');
  await page.fill('input[name=email]', 'smoke@test.example');
  await page.fill('input[name=password]', process.env.SMOKE_PASSWORD);
  await page.click('button[type=submit]');
  await expect(page.locator('h1')).toHaveText('Dashboard', { timeout: 3000 });
});`;
const suite = (base: string) => `
secrets: [SMOKE_PASSWORD]
checks:
  - id: form
    http: {url: /login}
    expect: {status: 200, html: {form: {exists: true}}}
  - id: ui
    needs: [form]
    timeout: 1m
    command:
      run: env -u JEST_WORKER_ID node node_modules/@playwright/test/cli.js test --grep @smoke --reporter=junit
      env: {BASE: "${base}", SMOKE_PASSWORD: "{{ secrets.SMOKE_PASSWORD }}", PLAYWRIGHT_JUNIT_OUTPUT_NAME: results.xml}
    ingest: {junit: results.xml}
`;

neighbour('Playwright or Chromium', available)('a login by the form', () => {
  let around: Neighbours;
  beforeEach(() => {
    around = new Neighbours();
    around.write('playwright.config.js', config);
    around.write('login.spec.js', spec);
    symlinkSync(join(playwright, 'node_modules'), join(around.workspace, 'node_modules'));
  });
  afterEach(() => around.stop());

  /** The page is made by its script: markup alone would prove nothing. */
  async function shop(script: string): Promise<string> {
    return around.serve((_request, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end(
          `<main><form><input name=email><input name=password type=password><button type=submit>In</button></form></main><script>${script}</script>`,
        ),
    );
  }
  const works =
    "document.querySelector('form').onsubmit = (event) => { event.preventDefault(); document.querySelector('main').innerHTML = '<h1>Dashboard</h1>'; };";

  test.each([
    ['works', works, 'pass', []],
    [
      'is broken by its script, while every request answers 200',
      works.replace('onsubmit', 'onsubmitted'),
      'fail',
      [/login by the form leads to the dashboard/],
    ],
  ])('%s', async (_name, script, verdict, failures) => {
    const url = await shop(script);

    const result = await around.run(suite(url), url, { env: () => 'pass-word-1' });

    expect(failuresIn(result, 'ui').join()).toMatch(failures[0] ?? /^$/);
    expect(result).toMatchObject({ verdict, reason: verdict === 'pass' ? 'pass' : 'check:ui' });
    expect(result.checks.map(({ id }) => id)).toEqual(['form', 'ui', expect.stringMatching(/login by the form/)]);
    expect(JSON.stringify(result)).not.toContain('pass-word-1');
  });
});
