// Why users were taken back: the measured value and the limit stand in the first sentence, where a canary's report tells them.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/rollback/rollback.ts';
import { unknown } from '../../src/evidence/answer.ts';
import { plain } from '../../src/kit/phrase.ts';
import type { Evidence } from '../../src/record/evidence.ts';
import { anEvidence, aRecord } from '../record/evidences.ts';
import { commit, forward, migrated, promoted, turnedBack } from './story.ts';
import { a, inputs, policyWith, town } from './town.ts';

const measured =
  'The canary at 10 % had error-rate 19.8 % of 41 requests, stable 0.1 % (same minutes); the policy turns back at > 5 %.';
const announce = 'announce: [{id: team, when: [rolled-back, refused], webhook: "https://hooks.example/T"}]\n';
const watched = forward({
  id: 2,
  letter: 'b',
  previous: { id: 1, letter: 'a' },
  said: [
    ...promoted,
    ['success', { kind: 'stage', stage: 'full', weight: 100, verdict: 'rollback', reason: 'limit:error-rate' }],
  ],
});
const contract = migrated({
  id: 3,
  letter: 'b',
  parent: 2,
  compatibility: 'contract',
  said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
});

function report(change: Partial<Evidence> = {}) {
  const said = {
    action: 'canary-step',
    sha: commit('b'),
    deploymentId: 2,
    verdict: 'rollback',
    reason: 'limit:error-rate',
    sentence: [measured, ' The traffic is back on stable.'],
    ...change,
  } as const;
  return aRecord(anEvidence(said));
}

async function pressed(facts: Parameters<typeof town>[0], records: readonly ReturnType<typeof report>[], down = false) {
  const world = town(facts, { policy: policyWith('', announce) });
  world.github.records.set(commit('b'), records);
  if (down) world.github.silent.set('records', unknown('GitHub does not answer', 'wait'));
  const outcome = await step(world, inputs());
  const sentence = plain(outcome.evidence?.sentence ?? '');
  return { outcome, sentence, told: outcome.announcements?.[0] };
}

describe('the measured value and the limit that was broken', () => {
  test('begin a refusal, its error and what people are told of it', async () => {
    const { outcome, sentence, told } = await pressed([a, watched, contract], [report()]);

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'contract-migration' });
    expect(sentence.startsWith(measured)).toBe(true);
    expect(outcome.error.startsWith(`Rollback refused: ${measured} va cannot run`)).toBe(true);
    expect(told?.progress).toContain(measured);
  });

  test('stand behind where the traffic is, and in what people are told of it', async () => {
    const { outcome, sentence, told } = await pressed([a, watched], [report()]);

    expect(outcome.verdict).toBe('restored');
    expect(sentence.startsWith(`Traffic is 100 % on va (blue). ${measured}`)).toBe(true);
    expect(told?.progress).toBe(`back on va. ${measured}`);
  });

  test('are told of a canary that went back by itself', async () => {
    const canary = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: turnedBack });

    expect((await pressed([a, canary], [report()])).sentence).toContain(measured);
  });

  test.each<[string, readonly ReturnType<typeof report>[], boolean]>([
    ['no report tells them', [], false],
    ['the report is of another Deployment', [report({ deploymentId: 9 })], false],
    ['the report is of another environment', [report({ environment: 'staging' })], false],
    ['the report turned nothing back', [report({ verdict: 'hold' })], false],
    ['the report was forged', [{ ...report(), text: '{}' }], false],
    ['its signature is missing', [{ ...report(), seal: 'unsigned' }], false],
    ['GitHub does not tell', [report()], true],
  ])('are left out where %s', async (_where, records, down) => {
    const { outcome, sentence } = await pressed([a, watched], records, down);

    expect(outcome.verdict).toBe('restored');
    expect(sentence).not.toContain('19.8 %');
  });

  test('are not asked for where no limit was broken', async () => {
    const b = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: promoted });

    expect((await pressed([a, b], [report()])).sentence).not.toContain('19.8 %');
  });
});
