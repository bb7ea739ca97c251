// Whose word a rollback takes: who may set a guard aside, and what becomes of records that nobody signed.
import { describe, expect, test } from '@jest/globals';
import { inputs as shape } from '../../actions/rollback/inputs.ts';
import { step } from '../../actions/rollback/rollback.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { DeploymentFact, Seal } from '../../src/evidence/fact.ts';
import { commit, forward, halfWay, migrated, promoted } from '../rollback/story.ts';
import { type MemoryWorld, memoryWorld } from '../world/memory/world.ts';

const base = `
version: 1
traffic:
  router: http
  url: http://router.example/weights
  sides: [blue, green]
  at: {blue: "http://blue.example", green: "http://green.example"}
rollback: {min-age: 0s}
`;

const given = Object.fromEntries(Object.keys(shape.shape).map((name) => [name, '']));
const a = forward({ id: 1, letter: 'a', said: promoted });
const b = forward({ id: 2, letter: 'b', previous: { id: 1, letter: 'a' }, said: promoted });
const contract = migrated({
  id: 3,
  letter: 'b',
  parent: 2,
  compatibility: 'contract',
  said: [['success', { kind: 'migration', verdict: 'applied', count: 1, compatibility: 'contract' }]],
});
const word = { override: 'contract-migration', 'override-reason': 'orders table is empty' };

function inputs(words: Readonly<Record<string, string>> = {}) {
  return shape.parse({ ...given, ...words });
}

function town(facts: readonly DeploymentFact[], policy = base, run: object = {}): MemoryWorld {
  const pressed = { event: 'workflow_dispatch', byPerson: true, id: 500, ...run };
  const world = memoryWorld({ policy, run: pressed, now: Date.UTC(2026, 10, 18, 8, 0, 0) });
  world.github.deployments = [...facts];
  world.traffic.sides.blue = { version: 'va', sha: commit('a'), answers: true };
  world.traffic.sides.green = { version: 'vb', sha: commit('b'), answers: true };
  world.traffic.weights = { blue: 0, green: 100 };
  return world;
}

/** As a run with a key reads it. */
function sealed(fact: DeploymentFact, seal: Seal): DeploymentFact {
  return { ...fact, seal, statuses: fact.statuses.map((status) => ({ ...status, seal })) };
}

describe('who may set a guard aside', () => {
  const allowed = `${base}overrides: {allow: [contract-migration], by: [lead]}\n`;
  const team = `${allowed}roles: {lead: ["@acme/leads"]}\n`;

  test.each([
    ['somebody who holds the role', `${allowed}roles: {lead: [alice]}\n`, 'alice set aside contract-migration: orders'],
    ['a member of the team', team, 'alice set aside contract-migration: orders'],
    [
      'anyone who may write, where the glass may be broken',
      `${base}overrides: {allow: [contract-migration], by: [lead], break-glass: true}\nroles: {lead: [bob]}\n`,
      'with break-glass',
    ],
    ['anybody, where the roles of a broken file cannot be read', `${base}overrides: {alow: [x]}\n`, 'nobody checked'],
  ])('%s: goes, and says so', async (_, policy, said) => {
    const world = town([a, b, contract], policy);
    world.github.teams.set('acme/leads', ['Alice']);
    world.github.permissions.set('alice', 'write');

    const outcome = await step(world, inputs(word));

    expect(outcome).toMatchObject({ verdict: 'restored', exit: 0 });
    expect(JSON.stringify(outcome.evidence?.details)).toContain(said);
    expect(JSON.stringify(outcome.evidence?.details)).toContain('reviewed within 24 h');
  });

  test('the roles of a file that is broken elsewhere are asked all the same', async () => {
    const broken = (lead: string) => `${allowed}roles: {lead: [${lead}]}\nchecklist: [no-such-criterion]\n`;

    const other = await step(town([a, b, contract], broken('bob')), inputs(word));
    const lead = await step(town([a, b, contract], broken('alice')), inputs(word));

    expect(other).toMatchObject({ verdict: 'refused', reason: 'contract-migration' });
    expect(lead.verdict).toBe('restored');
    expect(JSON.stringify(lead.evidence?.details)).toContain('The policy has faults outside of what a rollback needs');
  });

  test('a team that cannot be read does not stop traffic, and is said', async () => {
    const world = town([a, b, contract], team);
    world.github.silent.set('team-members', unknown('the token reads no teams', 'give another'));

    const outcome = await step(world, inputs(word));

    expect(outcome.verdict).toBe('restored');
    expect(JSON.stringify(outcome.evidence?.details)).toContain('who holds lead could not be read');
  });

  test.each([
    ['another role', `${allowed}roles: {lead: [bob]}\n`, {}, word, 'alice may not set aside contract-migration'],
    [
      'a guard nobody may set aside',
      `${base}overrides: {by: [lead]}\nroles: {lead: [alice]}\n`,
      {},
      word,
      'lets nobody set aside',
    ],
    [
      'no reason worth the name',
      `${allowed}roles: {lead: [alice]}\n`,
      {},
      { ...word, 'override-reason': 'urgent' },
      '10 characters',
    ],
    ['no person', `${allowed}roles: {lead: [alice]}\n`, { byPerson: false }, word, 'Only a person'],
    [
      'the glass, but no right to write',
      `${base}overrides: {allow: [contract-migration], by: [lead], break-glass: true}\nroles: {lead: [bob]}\n`,
      {},
      word,
      'alice may not set aside',
    ],
  ])('%s: refused with the reason, nothing moves', async (_, policy, run, words, because) => {
    const world = town([a, b, contract], policy, run);
    world.github.permissions.set('alice', 'read');

    const outcome = await step(world, inputs(words));

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'contract-migration', exit: 1 });
    expect(outcome.error).toContain(because);
    expect(world.traffic.log).toEqual([]);
  });
});

describe('a record that nobody signed', () => {
  const [signedA, signedB] = [sealed(a, 'signed'), sealed(b, 'signed')];
  const forged = sealed(forward({ id: 4, letter: 'd', previous: { id: 2, letter: 'b' }, said: promoted }), 'unsigned');

  test.each([
    ['is what seems to run', [signedA, signedB, forged]],
    [
      'stands between the target and what runs',
      [signedA, sealed(b, 'unsigned'), sealed({ ...forged, id: 5 }, 'signed')],
    ],
    ['is all there is', [sealed(a, 'wrong'), sealed(b, 'wrong')]],
    [
      'is this run’s own',
      [signedA, signedB, sealed(forward({ id: 4, letter: 'd', runId: 500, said: halfWay }), 'unsigned')],
    ],
  ])('that %s: an automatic rollback is refused and names it', async (_, facts) => {
    const world = town(facts, base, { event: 'workflow_run', byPerson: false });

    const outcome = await step(world, inputs());

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'unsigned', exit: 1 });
    expect(outcome.error).toMatch(/Deployment \d.*unsigned.*-f to=<full sha>.*record-key/s);
    expect(world.traffic.log).toEqual([]);
  });

  test('does not hold up a person who names the commit, and is no target without that word', async () => {
    const facts = [sealed(a, 'unsigned'), signedB];

    const named = await step(town(facts), inputs({ to: commit('a') }));
    const automatic = await step(town(facts), inputs());

    expect(named).toMatchObject({ verdict: 'restored', version: 'va' });
    expect(automatic).toMatchObject({ verdict: 'refused', reason: 'unsigned' });
  });

  test('gives a person who names its commit nothing but that commit: no artifact, and no age for the guard', async () => {
    const redeploying = base.replace('{min-age: 0s}', '{min-age: 0s, redeploy: {command: ./redeploy.sh}}');
    const later = sealed(forward({ id: 4, letter: 'a', said: promoted }), 'unsigned');
    const elsewhere = (facts: readonly DeploymentFact[]) => {
      const world = town(facts, redeploying);
      world.traffic.sides.blue = { version: 'v0', sha: commit('9'), answers: true };
      return world;
    };
    const named = inputs({ to: commit('a'), mode: 'plan' });

    const planned = await step(elsewhere([signedB, later]), named);
    const guarded = await step(elsewhere([signedB, sealed(contract, 'signed'), later]), named);

    expect(planned).toMatchObject({ verdict: 'planned', version: 'aaaaaaa' });
    expect(JSON.stringify(planned.evidence?.details)).toContain('person’s word');
    expect(guarded).toMatchObject({ verdict: 'refused', reason: 'contract-migration' });
  });

  test('of a contract migration closes the guard all the same', async () => {
    const outcome = await step(town([signedA, signedB, sealed(contract, 'unsigned')]), inputs());

    expect(outcome).toMatchObject({ verdict: 'refused', reason: 'contract-migration' });
  });

  test('cannot end a contract migration as failed', async () => {
    const failed = { ...contract.statuses[0], state: 'failure', description: 'migrations failed: 0, none' } as const;
    const child = sealed(contract, 'signed');
    const [first] = child.statuses;
    const statuses = first === undefined ? [] : [first, { ...first, ...failed, seal: 'unsigned' as const }];

    expect(await step(town([signedA, signedB, { ...child, statuses }]), inputs())).toMatchObject({
      reason: 'contract-migration',
    });
  });

  test('signed throughout: goes as ever', async () => {
    expect(await step(town([signedA, signedB]), inputs())).toMatchObject({ verdict: 'restored', version: 'va' });
  });
});
