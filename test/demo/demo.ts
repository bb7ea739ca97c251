// The demo: starts a town, tells the story with the bundles, leaves the page, cleans up.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTown, type Town } from '../world/town.ts';
import { renderPage } from './page.ts';
import { StoryBroken, tellStory } from './story.ts';
import { createTeller, type Teller } from './teller.ts';

const pagePath = join('demo-report', 'index.html');

/** Runs the demo from the root of the repository. Gives the exit code: 0 only when every chapter ended as told. */
export async function runDemo(): Promise<number> {
  let muted = false;
  const out = { isTTY: process.stdout.isTTY, write: (text: string) => muted || process.stdout.write(text) };
  const teller = createTeller(out, process.env, () => performance.now());
  teller.plain('Boring Deploys: five actions carry a shop through two good releases and a bad one, and back.');
  teller.plain(
    'Everything runs on this machine: a shop on two sides, a router, Postgres, users, and a simulated GitHub.',
  );
  const starting = startTown();
  const leave = onInterrupt(async () => {
    teller.plain('\nStopping everything …');
    muted = true;
    await (await starting.catch(() => undefined))?.stop();
  });
  try {
    return await runStory(await starting, teller);
  } catch (error) {
    if (!leave.interrupted) teller.bad(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  } finally {
    // The interruption tidies up by itself, and ends the process.
    if (leave.interrupted) await new Promise(() => undefined);
    await (await starting.catch(() => undefined))?.stop();
  }
}

async function runStory(town: Town, teller: Teller): Promise<number> {
  try {
    const { rows, facts } = await tellStory(town, teller);
    town.github.assertClean();
    teller.plain('');
    teller.table(rows);
    leavePage(renderPage(town.repo, { facts }));
    teller.plain(`\nThe pull requests as GitHub would show them (simulated): ${pagePath}`);
    return 0;
  } catch (error) {
    if (!(error instanceof StoryBroken)) throw error;
    teller.bad(error.message);
    for (const line of error.log) teller.more(line);
    leavePage(renderPage(town.repo, { facts: [`The demo broke off: ${error.message}`] }));
    teller.plain(`\nWhat was written until then: ${pagePath}`);
    return 1;
  }
}

function leavePage(html: string): void {
  mkdirSync('demo-report', { recursive: true });
  writeFileSync(pagePath, html);
}

/** Ctrl-C and a polite kill: tidy up, then end as the shell expects. A second Ctrl-C ends at once. */
function onInterrupt(tidy: () => Promise<void>): { readonly interrupted: boolean } {
  let interrupted = false;
  const stop = (code: number): void => {
    if (interrupted) process.exit(code);
    interrupted = true;
    tidy().then(
      () => process.exit(code),
      () => process.exit(code),
    );
  };
  process.on('SIGINT', () => stop(130));
  process.on('SIGTERM', () => stop(143));
  return {
    get interrupted() {
      return interrupted;
    },
  };
}
