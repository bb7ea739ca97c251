// What a signature is worth to the history: what is unsigned proves nothing, and still closes.
import { describe, expect, test } from '@jest/globals';
import type { DeploymentFact, DeploymentState, Seal } from '../../src/evidence/fact.ts';
import { readHistory, withUnsigned } from '../../src/record/history.ts';
import { predecessorOf, whatRuns } from '../../src/record/running.ts';
import { countedStatuses, isBelieved, sealWords } from '../../src/record/seal.ts';
import { aDeployment, forwardPayload, noon, shaOf, succeeded } from './deployments.ts';

const here = { environment: 'production', unit: '' };

function sealed(fact: DeploymentFact, seal: Seal): DeploymentFact {
  return { ...fact, seal, statuses: fact.statuses.map((status) => ({ ...status, seal })) };
}

test.each([
  [undefined, true],
  ['signed', true],
  ['unsigned', false],
  ['wrong', false],
] as const)('a seal that is %s is believed: %s', (seal, believed) => {
  expect(isBelieved(seal)).toBe(believed);
  expect(sealWords(seal)).toMatch(/^unsigned: /);
});

describe('a status that nobody signed', () => {
  const said = (state: DeploymentState, seal?: Seal) => ({
    ...{ state, description: 'x', createdAt: noon, logUrl: '', creator: 'somebody' },
    ...(seal === undefined ? {} : { seal }),
  });

  test.each([
    ['deploy', ['failure', 'error']],
    ['rollback', ['failure', 'error']],
    ['migration', []],
    ['lock', []],
  ] as const)('on a %s counts only as %j', (kind, counted) => {
    const states = ['pending', 'queued', 'in_progress', 'success', 'failure', 'error', 'inactive'] as const;
    const statesOf = (seal?: Seal) =>
      countedStatuses(
        states.map((state) => said(state, seal)),
        kind,
      ).map(({ state }) => state);

    expect(statesOf('unsigned')).toEqual(counted);
    expect(statesOf('wrong')).toEqual(counted);
    expect(statesOf('signed')).toEqual(states);
    expect(statesOf()).toEqual(states);
  });

  test('is left out of the history, which says how many were', () => {
    const fact = sealed(aDeployment(1, forwardPayload(), succeeded.slice(0, 1)), 'signed');
    const forged = { ...fact, statuses: [...fact.statuses, said('success', 'unsigned')] };

    expect(readHistory([forged], here).attempts[0]).toMatchObject({ state: 'in_progress', ignored: 1 });
    expect(readHistory([fact], here).attempts[0]).not.toHaveProperty('ignored');
  });
});

describe('a Deployment that nobody signed', () => {
  const genuine = sealed(aDeployment(1, forwardPayload({ sha: shaOf('a') }), succeeded), 'signed');
  const forged = aDeployment(2, forwardPayload({ sha: shaOf('d') }), succeeded);

  test.each(['unsigned', 'wrong'] as const)('neither runs nor begins a range when its seal is %s', (seal) => {
    const history = readHistory([genuine, sealed(forged, seal)], here);

    expect([whatRuns(history)?.id, predecessorOf(history)?.id]).toEqual([1, 1]);
    expect(history.unsigned.map(({ id, seal: of }) => [id, of])).toEqual([[2, seal]]);
    expect(withUnsigned(history).map(({ id }) => id)).toEqual([2, 1]);
  });

  test('is one like others where no key was given', () => {
    const history = readHistory([aDeployment(1, forwardPayload({ sha: shaOf('a') }), succeeded), forged], here);

    expect([whatRuns(history)?.id, history.unsigned]).toEqual([2, []]);
  });
});
