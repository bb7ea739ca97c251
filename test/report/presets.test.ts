// Each preset's checklist as people meet it: the gate's own procedure over one repository, and the living comment it leaves.
import { describe, expect, test } from '@jest/globals';
import { type Inputs, inputs } from '../../actions/pre-deploy-gate/inputs.ts';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import type { Evidence } from '../../src/record/evidence.ts';
import { limits } from '../../src/report/fit.ts';
import { pages } from '../../src/report/pages.ts';
import { aPull, deployStory, files, noon, reviewStory, type Story, sha } from '../checklist/story.ts';
import { aRecord } from '../record/evidences.ts';
import type { MemoryWorld } from '../world/memory/world.ts';
import { expectPage } from './snapshot.ts';
import { aSource } from './stories.ts';

const names = [
  'starter',
  'standard-sop',
  'strict-blue-green',
  'rolling-baseline',
  'production-checklist',
  'risk-tiered',
] as const;

const changed = files('src/payment/refund.ts', 'src/payment/refund.test.ts', 'CHANGELOG.md');

const nothingGiven: Inputs = inputs.parse(Object.fromEntries(Object.keys(inputs.shape).map((name) => [name, ''])));

/** A refund in the payment area: reviewed, its CI green, a coverage report and a rollback plan beside it, nothing else. */
function scenario(story: (given: Story) => MemoryWorld, policy: string): MemoryWorld {
  const merged = story === deployStory ? { mergedAt: noon - 25 * 60_000, mergeSha: sha('c') } : {};
  const pull = aPull({
    number: 482,
    title: 'Refunds in two currencies',
    body: '## Rollback\n\nSwitch the traffic back to blue.',
    ...merged,
  });
  const world = story({ policy, pulls: [pull], comparison: { files: changed } });
  world.github.pulls.set(470, aPull({ number: 470, mergedAt: noon - 26 * 60 * 60_000 }));
  world.github.workspace.set('coverage/lcov.info', 'SF:src/payment/refund.ts\nDA:1,1\nDA:2,0\nend_of_record\n');
  return world;
}

async function evidenceOf(story: (given: Story) => MemoryWorld, policy: string): Promise<Evidence> {
  const { evidence } = await step(scenario(story, policy), nothingGiven);
  if (evidence === undefined) throw new Error('the gate left no evidence');
  return evidence;
}

/** As GitHub at this address shows it: links to anywhere else would be written out. */
function commentOf(evidence: Evidence): string {
  const records = [aRecord(evidence, { url: 'https://github.example/octo-org/shop/runs/1' })];
  return pages.comment(aSource([], [], { records, serverUrl: 'https://github.example', now: noon }));
}

const moments = [
  ['review', reviewStory],
  ['deploy', deployStory],
] as const;

describe.each(names)('preset %s', (name) => {
  test.each(moments)('at the %s moment leaves the comment that its file holds', async (moment, story) => {
    const evidence = await evidenceOf(story, `version: 1\ntimezone: Europe/Berlin\nextends: ${name}@1\n`);
    const comment = commentOf(evidence);

    expect(comment.length).toBeLessThanOrEqual(limits.comment.limit);
    expectPage(comment, `presets/${name}-${moment}`);
  });
});

describe('a checklist of 140 criteria', () => {
  const long = 'which the people who answer for it read line by line before they put their name below it';
  const lines = Array.from(
    { length: 140 },
    (_, n) => `  - {id: own-${n}, title: "Criterion ${n}, ${long}", sign-off: maintainer}`,
  );
  const policy = `version: 1\ntimezone: Europe/Berlin\nextends: starter@1\nchecklist:\n${lines.join('\n')}\n`;

  test.each(moments)('fits one comment at the %s moment, and no open line of it is lost', async (_moment, story) => {
    const evidence = await evidenceOf(story, policy);
    const comment = commentOf(evidence);

    expect(comment.length).toBeLessThanOrEqual(limits.comment.limit);
    for (const n of [0, 70, 139]) expect(comment).toContain(`Criterion ${n},`);
    expect(comment).not.toContain('left out');
  });
});
