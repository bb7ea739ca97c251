// The new comment that calls the author when something was turned back or refused.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { noteAuthor } from '../../src/shell/note.ts';
import { type Ground, openGround } from '../io/github/ground.ts';
import { anEvidence } from '../record/evidences.ts';
import { memoryWorld } from '../world/memory/world.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

async function noted(verdict: string): Promise<readonly string[]> {
  ground.repo.commit({ branch: 'tea', author: 'ada' });
  const pull = ground.repo.openPull({ title: 'Tea', branch: 'tea', author: 'ada' });
  const github = ground.github();
  const world = { ...memoryWorld(), ask: github.ask };
  const url = `${world.run.serverUrl}/octo-org/shop/pull/${pull.number}#issuecomment-1`;
  const evidence = anEvidence({
    action: 'canary-step',
    verdict,
    pulls: [pull.number],
    title: 'rolled back to v1.7.4',
    sentence: ['Errors were ', { strong: '4.1 %' }, '.'],
  });

  await noteAuthor({ world, github, secrets: () => [] }, evidence, url);
  await noteAuthor({ world, github, secrets: () => [] }, evidence, url);

  return ground.repo.commentsOf(pull).map(({ body }) => body.replace(/<!--.*?-->/g, '').trim());
}

describe('a note', () => {
  test('names the author, says what happened in whole sentences, and leads to the report, once', async () => {
    const [body, ...more] = await noted('rollback');

    expect(body).toMatch(
      /^@ada \*\*production: rolled back to v1\.7\.4\*\*\. Errors were \*\*4\.1 %\*\*\. \[Report\]\(https:\S+#issuecomment-1\)$/,
    );
    expect(more).toEqual([]);
  });

  test('is not written for what went well', async () => {
    expect(await noted('promote')).toEqual([]);
  });
});
