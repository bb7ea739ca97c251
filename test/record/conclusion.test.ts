// Every verdict of ACTIONS with its conclusion, on deployed commits and at review.
import { describe, expect, test } from '@jest/globals';
import { conclusionOf, verdictsOf } from '../../src/record/conclusion.ts';
import { type ActionName, actionNames } from '../../src/record/evidence.ts';

const table: readonly [ActionName, string, string, string][] = [
  ['pre-deploy-gate', 'open', 'success', 'success'],
  ['pre-deploy-gate', 'closed', 'failure', 'failure'],
  ['pre-deploy-gate', 'waiting', 'action_required', 'action_required'],
  ['pre-deploy-gate', 'finished', 'success', 'success'],
  ['pre-deploy-gate', 'locked', 'success', 'success'],
  ['pre-deploy-gate', 'unlocked', 'success', 'success'],
  ['pre-deploy-gate', 'healthy', 'success', 'success'],
  ['pre-deploy-gate', 'ailing', 'failure', 'failure'],
  ['pre-deploy-gate', 'reported', 'success', 'success'],
  ['migrate', 'clean', 'success', 'success'],
  ['migrate', 'rehearsed', 'success', 'success'],
  ['migrate', 'nothing-pending', 'success', 'success'],
  ['migrate', 'applied', 'success', 'success'],
  ['migrate', 'failed', 'failure', 'failure'],
  ['migrate', 'reverted', 'failure', 'failure'],
  ['canary-step', 'promote', 'success', 'success'],
  ['canary-step', 'hold', 'neutral', 'failure'],
  ['canary-step', 'rollback', 'failure', 'failure'],
  ['canary-step', 'nothing-due', 'success', 'success'],
  ['canary-step', 'healthy', 'success', 'success'],
  ['canary-step', 'retired', 'success', 'success'],
  ['smoke-test', 'pass', 'success', 'success'],
  ['smoke-test', 'fail', 'failure', 'failure'],
  ['smoke-test', 'inconclusive', 'neutral', 'failure'],
  ['smoke-test', 'unreachable', 'neutral', 'failure'],
  ['rollback', 'restored', 'success', 'success'],
  ['rollback', 'already-there', 'success', 'success'],
  ['rollback', 'planned', 'success', 'success'],
  ['rollback', 'refused', 'failure', 'failure'],
  ['rollback', 'failed', 'failure', 'failure'],
  ['rollback', 'unverified', 'failure', 'failure'],
];

describe('conclusionOf', () => {
  test.each(table)(
    '%s %s is %s on a deployed commit and %s on a head or merge group',
    (action, verdict, deployed, head) => {
      const of = { action, verdict, reportOnly: false };

      expect(conclusionOf({ ...of, moment: 'deploy' })).toBe(deployed);
      expect(conclusionOf({ ...of, moment: 'review' })).toBe(head);
    },
  );

  test('knows every verdict of every action, no more', () => {
    const tabled = table.map(([action, verdict]) => `${action} ${verdict}`);

    expect(actionNames.flatMap((action) => verdictsOf(action).map((verdict) => `${action} ${verdict}`))).toEqual(
      tabled,
    );
  });

  test('never lets a verdict nobody knows satisfy a required check', () => {
    const of = { action: 'pre-deploy-gate', verdict: 'splendid', reportOnly: false } as const;

    expect(conclusionOf({ ...of, moment: 'review' })).toBe('failure');
    expect(conclusionOf({ ...of, moment: 'deploy' })).toBe('neutral');
  });

  test.each([
    ['pre-deploy-gate', 'closed', 'success'],
    ['pre-deploy-gate', 'waiting', 'success'],
    ['canary-step', 'rollback', 'success'],
    ['smoke-test', 'fail', 'success'],
    ['migrate', 'failed', 'failure'],
    ['rollback', 'refused', 'failure'],
  ] as const)('under enforce: report %s %s is %s', (action, verdict, conclusion) => {
    expect(conclusionOf({ action, verdict, moment: 'deploy', reportOnly: true })).toBe(conclusion);
  });
});
