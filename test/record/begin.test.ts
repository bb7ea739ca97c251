// Beginning once: racing legs, re-runs, lists that lag.
import { describe, expect, test } from '@jest/globals';
import { begin } from '../../src/record/begin.ts';
import { readHistory, unfinished } from '../../src/record/history.ts';
import { aDeployment, aStore, begun, forwardPayload, rollbackPayload, shaOf, succeeded } from './deployments.ts';

const said = { logUrl: 'https://github.com/octo-org/shop/actions/runs/100' };
const deploy = { task: 'deploy', description: 'v1.8.0', payload: forwardPayload() } as const;

describe('begin', () => {
  test('makes the Deployment of the payload’s commit and says how it began', async () => {
    const { store, all } = aStore();

    const { attempt, how } = await begin(store, deploy, begun, said);

    expect(how).toBe('created');
    expect(attempt).toMatchObject({ id: 1, sha: shaOf('b'), state: 'in_progress' });
    expect(all()).toMatchObject([
      {
        task: 'deploy',
        environment: 'production',
        statuses: [{ state: 'in_progress', description: 'gate open: tier medium, plan canary' }],
      },
    ]);
  });

  test.each([2, 8, 20])('leaves one unfinished Deployment when %i legs begin at once', async (legs) => {
    const { store, all } = aStore();

    const results = await Promise.all(Array.from({ length: legs }, () => begin(store, deploy, begun, said)));

    const open = readHistory(all(), { environment: 'production', unit: '' }).attempts.filter(unfinished);
    expect(open.map(({ id }) => id)).toEqual([1]);
    expect(new Set(results.map(({ attempt }) => attempt.id))).toEqual(new Set([1]));
    expect(all().at(-1)?.statuses).toMatchObject([{ state: 'inactive', description: 'superseded by 1' }]);
  });

  test('leaves one when lists show a twin only after a while: legs look a second time', async () => {
    const { store, all } = aStore();
    let late = true;
    const legs = { ...deploy, payload: forwardPayload({ legs: ['eu', 'us'] }) };
    const blind = { ...store, list: async (environment: string) => (late ? [] : store.list(environment)) };
    const waiting: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => waiting.push(resolve));
    const both = [1, 2].map(() => begin(blind, legs, begun, { ...said, wait }));
    for (let turn = 0; turn < 1000 && waiting.length < 2; turn += 1) await new Promise(setImmediate);
    expect(waiting).toHaveLength(2);
    late = false;
    for (const go of waiting) go();

    const results = await Promise.all(both);

    expect(results.map(({ attempt, how }) => `${attempt.id} ${how}`)).toEqual(['1 created', '1 joined']);
    expect(readHistory(all(), { environment: 'production', unit: '' }).attempts.filter(unfinished)).toHaveLength(1);
  });

  test('goes on with the unfinished one of this run when the job is run again, and writes nothing twice', async () => {
    const { store, all } = aStore();
    await begin(store, deploy, begun, said);
    const payload = forwardPayload({ run: { ...deploy.payload.run, attempt: 2 } });

    const again = await begin(store, { ...deploy, payload }, begun, said);

    expect(again).toMatchObject({ how: 'resumed', attempt: { id: 1 } });
    expect(all()).toHaveLength(1);
    expect(all()[0]?.statuses).toHaveLength(1);
  });

  test('says the begin of one that a killed job created and never spoke of', async () => {
    const { store, all } = aStore([aDeployment(1, deploy.payload)]);

    const { how } = await begin(store, deploy, begun, said);

    expect(how).toBe('resumed');
    expect(all()[0]?.statuses).toMatchObject([{ description: 'gate open: tier medium, plan canary' }]);
  });

  test.each([
    ['finished', aDeployment(1, deploy.payload, succeeded)],
    ['of another run', aDeployment(1, forwardPayload({ run: { ...deploy.payload.run, id: 99 } }), [{ entry: begun }])],
    ['of another unit', aDeployment(1, forwardPayload({ unit: 'api' }), [{ entry: begun }])],
    ['of another commit', aDeployment(1, forwardPayload({ sha: shaOf('c') }), [{ entry: begun }])],
    ['a rollback', aDeployment(1, rollbackPayload(), [{ entry: begun }])],
  ])('makes a new one beside one that is %s, and leaves that alone', async (_, standing) => {
    const { store, all } = aStore([standing]);

    const { attempt, how } = await begin(store, deploy, begun, said);

    expect([attempt.id, how]).toEqual([2, 'created']);
    expect(all()[0]).toEqual(standing);
  });

  test('knows its own Deployment though the list does not show it yet', async () => {
    const { store } = aStore([], 1);

    expect(await begin(store, deploy, begun, said)).toMatchObject({ how: 'created', attempt: { id: 1 } });
  });

  test('keeps the rollbacks of two legs apart', async () => {
    const { store } = aStore();
    const back = { task: 'deploy:rollback', description: '' } as const;

    const eu = await begin(store, { ...back, payload: rollbackPayload({ leg: 'eu' }) }, begun, { ...said, leg: 'eu' });
    const us = await begin(store, { ...back, payload: rollbackPayload({ leg: 'us' }) }, begun, { ...said, leg: 'us' });

    expect([eu.attempt.id, us.attempt.id]).toEqual([1, 2]);
    expect(eu.attempt.happened[0]?.leg).toBe('eu');
  });
});
