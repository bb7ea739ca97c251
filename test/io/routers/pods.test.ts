// The counts of a deployment's pods: ready of those wanted, nothing of what the cluster has not looked at, and no guess where it does not answer.
import { describe, expect, test } from '@jest/globals';
import type { Kubectl } from '../../../src/io/kubectl.ts';
import { countPods } from '../../../src/io/routers/pods.ts';
import { Unreached } from '../../../src/io/routers/weights.ts';

function aDeployment(status: object, metadata: object = { generation: 3 }): Kubectl {
  const settled = { observedGeneration: 3, replicas: 4, updatedReplicas: 4, readyReplicas: 4 };
  const get = async () => ({ metadata, spec: { replicas: 4 }, status: { ...settled, ...status } });
  return { get } as unknown as Kubectl;
}

const pods = (ready: number, wanted = 4) => ({ kind: 'pods', wanted, ready });

describe('the pods of a deployment', () => {
  test.each([
    ['all ready', {}, pods(4), pods(4)],
    ['one not ready', { readyReplicas: 3 }, pods(3), pods(3)],
    ['none told', { readyReplicas: undefined }, pods(0), pods(0)],
    ['one of an older template beside four new ones', { replicas: 5, readyReplicas: 5 }, pods(4), pods(5, 5)],
    ['old ones alone', { updatedReplicas: 0 }, pods(0), pods(4)],
  ])('%s', async (_which, status, newest, both) => {
    expect(await countPods(aDeployment(status), 'shop', 0, 'newest')).toEqual(newest);
    expect(await countPods(aDeployment(status), 'shop', 0, 'both')).toEqual(both);
  });

  test.each([
    [2, 'no-data'],
    [3, 'pods'],
    [4, 'pods'],
  ] as const)('of generation 3, where the cluster has looked at %i: %s', async (observedGeneration, kind) => {
    expect((await countPods(aDeployment({ observedGeneration }), 'shop', 0, 'newest')).kind).toBe(kind);
  });

  test('that nobody answers for are an error that may pass', async () => {
    const get = async () => {
      throw new Unreached('kubectl get: no route to host', 'See whether the cluster is up.');
    };

    expect(await countPods({ get } as unknown as Kubectl, 'shop', 7, 'newest')).toEqual({
      kind: 'error',
      because: 'kubectl get: no route to host',
      remedy: 'See whether the cluster is up.',
      retryable: true,
      at: 7,
    });
  });
});
