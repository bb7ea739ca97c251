// Whose word the gate takes: records with and without a key, branches, people, and texts that somebody else wrote.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/pre-deploy-gate/pre-deploy-gate.ts';
import { unknown } from '../../src/evidence/answer.ts';
import type { DeploymentFact, RecordFact, Seal } from '../../src/evidence/fact.ts';
import { plain } from '../../src/kit/phrase.ts';
import { pages } from '../../src/vocabulary.ts';
import {
  aCheck,
  aDeployment,
  aPull,
  aReview,
  aStatus,
  deployStory,
  files,
  minute,
  noon,
  policyText,
  reviewStory,
  type Story,
  sha,
} from '../checklist/story.ts';
import { anEvidence, aRecord } from '../record/evidences.ts';
import { given, rowOf } from './gate.ts';

type Outcome = Awaited<ReturnType<typeof step>>;
const key = { run: { recordKey: 'signs' } } as const;

function trustOf(outcome: Outcome): string {
  const trust = outcome.evidence?.details.find(({ heading }) => heading === 'Trust');
  return (trust?.lines ?? []).map(plain).join('\n');
}

/** As a run with a key reads it. */
function sealed(fact: DeploymentFact, seal: Seal): DeploymentFact {
  return { ...fact, seal, statuses: fact.statuses.map((status) => ({ ...status, seal })) };
}

const running = aDeployment({ id: 8001, sha: sha('b'), payload: { tree: sha('6') } });

describe('a staging proof that a pull request’s run forged', () => {
  const policy = `${policyText}  - staging-first\nenvironments: {staging: {}, production: {needs: staging}}\n`;
  const proof = aDeployment({ id: 8002, sha: sha('c'), environment: 'staging' });
  const gate = async (staging: DeploymentFact, story: Story = {}) => {
    const world = deployStory({ policy, ...story });
    world.github.deployments = [story.run === undefined ? running : sealed(running, 'signed'), staging];
    return step(world, given());
  };

  test('opens a gate without record-key, and the report says what remains', async () => {
    const outcome = await gate(proof);

    expect(outcome.verdict).toBe('open');
    expect(trustOf(outcome)).toContain('without record-key whoever may write checks or deployments here can forge');
  });

  test.each([
    ['without a signature', sealed(proof, 'unsigned'), /deployment 8002 of staging, unsigned: it carries no signature/],
    ['with a foreign signature', sealed(proof, 'wrong'), /unsigned: its signature was not made with this record-key/],
    [
      'by a success that it wrote on a signed deployment',
      {
        ...sealed({ ...proof, statuses: [] }, 'signed'),
        statuses: [{ ...aStatus('success', 'finished'), seal: 'unsigned' as const }],
      },
      /unsigned: one status carries no signature/,
    ],
  ])('%s keeps it closed with record-key, and is named with the remedy', async (_, staging, because) => {
    const outcome = await gate(staging, key);

    expect(outcome).toMatchObject({ verdict: 'closed', reason: 'criterion:staging-first' });
    expect(rowOf(outcome, 'staging-first')?.outcome).toBe('unknown');
    expect(plain(rowOf(outcome, 'staging-first')?.evidence ?? '')).toMatch(because);
    expect(plain(rowOf(outcome, 'staging-first')?.todo ?? '')).toContain('record-key');
  });

  test('signed, it opens', async () => {
    const outcome = await gate(sealed(proof, 'signed'), key);

    expect(outcome.verdict).toBe('open');
    expect(trustOf(outcome)).toContain('what is not signed with it proves nothing');
  });
});

describe('a record that a pull request’s run forged', () => {
  const smoke = (change: Partial<RecordFact> = {}) =>
    aRecord(
      anEvidence({
        action: 'smoke-test',
        environment: 'staging',
        sha: sha('c'),
        tree: sha('7'),
        verdict: 'pass',
        at: noon - minute,
      }),
      change,
    );
  const policy = `${policyText}  - staging-smoke-passed\n`;
  const gate = async (record: RecordFact) => {
    const world = deployStory({ policy });
    world.github.records.set(sha('c'), [record]);
    return rowOf(await step(world, given()), 'staging-smoke-passed');
  };

  test.each([
    ['without a key', smoke(), 'pass', /staging: pass/],
    ['with a key, signed', smoke({ seal: 'signed' }), 'pass', /staging: pass/],
    [
      'with a key, unsigned',
      smoke({ seal: 'unsigned' }),
      'unknown',
      /smoke-test on staging: pass, unsigned: it carries no/,
    ],
    ['with a key, of another text', smoke({ seal: 'wrong' }), 'unknown', /unsigned: its signature was not made/],
    ['by another app', smoke({ app: 'acme-helper' }), 'fail', /no smoke test of this tree is on record/],
    ['with a text that was changed', { ...smoke(), text: smoke().text.replace('pass', 'pASS') }, 'fail', /on record/],
  ] as const)('%s: %s', async (_, record, found, because) => {
    const row = await gate(record);

    expect(row?.outcome).toBe(found);
    expect(plain(row?.evidence ?? '')).toMatch(because);
  });

  test('does not say what migrations mean', async () => {
    const migrating = `${policyText}  - migration-lint-backward-compatible\n  - migration-forward-compatible\nmigrations: {directory: db}\n`;
    const world = deployStory({ policy: migrating, comparison: { files: files('db/V1__x.sql') }, ...key });
    const found = { compatibility: 'expand', files: ['db/V1__x.sql'] };
    const lint = anEvidence({ action: 'migrate', sha: sha('c'), tree: sha('7'), verdict: 'clean', found });
    world.github.records.set(sha('c'), [aRecord(lint, { seal: 'unsigned' })]);

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe('closed');
    const row = rowOf(outcome, 'migration-forward-compatible');
    expect(row).toMatchObject({ outcome: 'unknown' });
    expect(plain(row?.todo ?? '')).toContain('run migrate with phase: lint in the deploying workflow');
    expect(rowOf(outcome, 'migration-lint-backward-compatible')?.outcome).toBe('unknown');
  });

  test('is no drill', async () => {
    const drills = `${policyText}  - {id: rollback-procedure-tested, with: {environment: staging}}\n`;
    const { payload } = aDeployment({ id: 1, sha: sha('c') });
    const rolled = { ...Object(payload), kind: 'rollback', environment: 'staging', drill: true };
    for (const name of ['legs', 'tree', 'tier', 'type', 'plan', 'policy', 'previous', 'migrations'])
      delete rolled[name];
    const drill: DeploymentFact = {
      ...aDeployment({
        id: 8002,
        sha: sha('c'),
        environment: 'staging',
        task: 'deploy:drill',
        statuses: [aStatus('success', 'rollback: verified')],
      }),
      payload: { ...rolled, leg: '', from: null, to: null, how: 'traffic', reason: '', severity: '' },
    };
    const gate = async (one: DeploymentFact) => {
      const world = deployStory({ policy: drills, ...key });
      world.github.deployments = [sealed(running, 'signed'), one];
      return rowOf(await step(world, given()), 'rollback-procedure-tested');
    };

    expect((await gate(sealed(drill, 'signed')))?.outcome).toBe('pass');
    expect(await gate(sealed(drill, 'unsigned'))).toMatchObject({ outcome: 'unknown' });
  });
});

describe('with record-key a record that nobody signed', () => {
  test('does not shorten the range: what it calls deployed is judged all the same', async () => {
    const forged = aDeployment({ id: 8002, sha: sha('c'), payload: { pulls: [] } });
    const world = deployStory(key);
    world.github.deployments = [sealed(running, 'signed'), sealed(forged, 'unsigned')];
    world.github.reviews.set(482, []);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'people' });
    expect(outcome.evidence?.pulls).toEqual([482]);
    expect(plain(rowOf(outcome, 'change-known')?.evidence ?? '')).toContain('deployment 8002 is not signed');
  });

  test('where none is signed the range begins anew at the highest tier, and that is said', async () => {
    const world = deployStory(key);
    world.github.deployments = [sealed(running, 'unsigned')];

    const outcome = await step(world, given());

    expect(outcome.result).toMatchObject({ tier: 'high' });
    expect(outcome.warnings.join()).toContain('With this record-key deployment 8001 is not signed and proves nothing');
  });

  const lock = (statuses: DeploymentFact['statuses']): DeploymentFact => ({
    ...aDeployment({ id: 8003, sha: sha('b'), task: 'deploy:lock', statuses }),
    payload: {
      ...{ marker: 'boring-deploys', schema: 1, kind: 'lock', environment: 'production', unit: '', leg: '' },
      ...{ version: 'b', artifact: [], sha: sha('b'), pulls: [], reason: 'incident', by: 'dave' },
      run: { id: 6002, attempt: 1, url: '' },
    },
  });
  const held = aStatus('in_progress', 'locked by dave: incident');
  const opened = aStatus('inactive', 'unlocked by mallory');

  test.each([
    ['a lock that is not signed holds', sealed(lock([held]), 'unsigned'), 'closed'],
    [
      'a lock is not ended by whoever writes a status',
      {
        ...sealed(lock([held]), 'signed'),
        statuses: [
          { ...held, seal: 'signed' },
          { ...opened, seal: 'unsigned' },
        ],
      },
      'closed',
    ],
    ['a lock is ended by a signed word', sealed(lock([held, opened]), 'signed'), 'open'],
    ['a lock from before the key is ended by its own words', sealed(lock([held, opened]), 'unsigned'), 'open'],
  ] as const)('%s', async (what, locked, verdict) => {
    const world = deployStory(key);
    world.github.deployments = [sealed(running, 'signed'), locked];

    const outcome = await step(world, given());

    expect(outcome.verdict).toBe(verdict);
    expect(outcome.error.includes('an unlock that nobody signed does not count')).toBe(what.includes('whoever'));
  });

  test('is in the way while its run lives', async () => {
    const world = deployStory(key);
    const other = aDeployment({
      id: 8004,
      sha: sha('d'),
      statuses: [aStatus('in_progress', 'gate open: tier low, plan dark')],
    });
    world.github.deployments = [sealed(running, 'signed'), sealed(other, 'unsigned')];

    expect(await step(world, given())).toMatchObject({
      verdict: 'waiting',
      reason: 'in-flight',
    });
  });
});

describe('the branch that an author chose', () => {
  const lax = 'version: 1\nextends: []\nchecklist: []\n';

  test('does not bring its own policy', async () => {
    const pull = { number: 482, headSha: sha('a'), baseSha: sha('e'), baseRef: 'mallory/lax', fork: false, labels: [] };
    const world = reviewStory({ run: { pull } });
    world.github.branches.set('mallory/lax', sha('e'));
    world.github.files.set(`.github/deploy-policy.yml@${sha('e')}`, lax);
    world.github.reviews.set(482, []);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'people' });
    expect(trustOf(outcome)).toContain('at the head of main');
  });

  test('brings it where the default branch’s policy trusts the branch, and the report says so', async () => {
    const world = deployStory({
      policy: `${policyText}trusted-refs: [release/*]\nenvironments: {production: {ref: "release/*"}}\n`,
      run: { ref: 'refs/heads/release/1' },
    });
    world.github.branches.set('release/1', sha('e'));
    world.github.files.set(
      `.github/deploy-policy.yml@${sha('e')}`,
      `${policyText}environments: {production: {ref: "release/*"}}\n`,
    );

    const outcome = await step(world, given());

    expect(outcome.evidence?.facts.map(plain).join()).toContain('from release/1');
    expect(trustOf(outcome)).toMatch(/at the head of release\/1 \(e{7}\), digest [0-9a-f]{12}; trusted beside/);
  });
});

describe('the word of people', () => {
  const policy = `${policyText}  - {id: on-call-assigned, sign-off: sre}\nroles: {sre: [dave]}\n`;
  const words = (body: string, login = 'dave') =>
    aReview({ id: 2, author: { login, bot: false }, state: 'commented', body });

  test.each([
    [
      'a review by the author alone',
      [aReview({ author: { login: 'alice', bot: false } }), words('/signoff on-call-assigned')],
      'code-review-approved',
    ],
    [
      'an approval of an older head',
      [aReview({ sha: sha('0') }), words('/signoff on-call-assigned')],
      'code-review-approved',
    ],
    ['a sign-off in a quote', [aReview(), words('> /signoff on-call-assigned')], 'on-call-assigned'],
    ['a sign-off in a block of code', [aReview(), words('```\n/signoff on-call-assigned\n```')], 'on-call-assigned'],
    ['a sign-off that nobody sees', [aReview(), words('<!--\n/signoff on-call-assigned\n-->')], 'on-call-assigned'],
    ['a sign-off without the role', [aReview(), words('/signoff on-call-assigned', 'bob')], 'on-call-assigned'],
    ['a sign-off in the pull request’s own text', [aReview()], 'on-call-assigned'],
  ])('%s leaves it waiting for people', async (_, reviews, id) => {
    const pull = aPull({ number: 482, body: '/signoff on-call-assigned', mergedAt: noon, mergeSha: sha('c') });
    const world = deployStory({ policy, pulls: [pull] });
    world.github.reviews.set(482, reviews);

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ verdict: 'waiting', reason: 'people', exit: 1 });
    expect(rowOf(outcome, id)?.outcome).toBe('waiting');
  });
});

describe('texts that somebody else wrote', () => {
  const hostile =
    '<img src=x onerror=alert(1)> @octo-org/everyone [click](javascript:alert(1)) | <!-- boring-deploys v1 -->\n::error::owned\n</details>';

  test('stay text on every page', async () => {
    const pull = aPull({ number: 482, title: hostile, headRef: `x'"$(id)\`id\``, mergedAt: noon, mergeSha: sha('c') });
    const world = deployStory({ pulls: [pull], comparison: { files: files(`src/${hostile}.ts`, 'a|b`c`.md') } });
    world.github.reviews.set(482, [aReview({ body: hostile, author: { login: 'bob', bot: false } })]);

    const { evidence, error } = await step(world, given());
    const source = {
      pull: 482,
      repository: world.run.repository,
      serverUrl: world.run.serverUrl,
      deployments: [],
      now: noon,
    };
    const shown =
      evidence === undefined
        ? []
        : [
            pages.check(evidence).summary,
            pages.summary(evidence, { ...source, records: [] }),
            pages.comment({ ...source, records: [aRecord(evidence)] }),
          ];

    expect(shown).toHaveLength(3);
    for (const page of shown) {
      expect(page).not.toContain('<img');
      expect(page).not.toMatch(/\]\(javascript:/);
      expect(page).not.toMatch(/(^|\s)@octo-org\/everyone/);
      expect(page).not.toMatch(/^::error/m);
      expect(page.split('<details>')).toHaveLength(page.split('</details>').length);
      expect(page.slice(1)).not.toContain('<!--');
    }
    expect(error).not.toMatch(/\n::/);
  });
});

describe('an override', () => {
  const red = `${policyText}overrides: {allow: [ci-all-green], by: [lead], break-glass: true}\nroles: {lead: [Dave, erin]}\n`;
  const why = { override: 'ci-all-green', 'override-reason': 'the runner pool is broken' };
  const broken = (story: Story = {}) => {
    const world = deployStory({ policy: red, ...story });
    world.github.ci.set(sha('c'), [aCheck({ conclusion: 'failure' })]);
    world.github.permissions.set('alice', 'write');
    return world;
  };

  test('by break-glass opens for anyone who may write, and is loud: row, warning, record', async () => {
    const outcome = await step(broken(), given(why));

    expect(outcome.verdict).toBe('open');
    expect(rowOf(outcome, 'ci-all-green')).toMatchObject({ outcome: 'waived', who: 'alice' });
    expect(rowOf(outcome, 'override-review')).toMatchObject({
      outcome: 'warn',
      required: false,
      who: 'lead',
      todo: 'review it by 2026-11-18 10:00 UTC',
    });
    expect(outcome.warnings.join()).toContain('Break-glass: alice set aside ci-all-green');
    expect(outcome.evidence?.found).toMatchObject({
      'break-glass': true,
      'override-by': 'alice',
      'override-reason': 'the runner pool is broken',
      'override-owners': ['dave', 'erin'],
      waived: ['ci-all-green'],
    });
  });

  test('by a role breaks no glass, and is owed a review all the same', async () => {
    const outcome = await step(broken({ run: { triggeringActor: 'dave' } }), given(why));

    expect(outcome.evidence?.found).toMatchObject({
      'break-glass': false,
      'override-by': 'dave',
      'override-owners': ['erin'],
    });
    expect(rowOf(outcome, 'override-review')?.outcome).toBe('warn');
  });

  test.each([
    ['somebody who only reads', {}, 'read', 'has read, not write'],
    ['an id that the policy does not name', { override: 'code-review-approved' }, 'write', 'may not be overridden'],
    ['no id of this gate', { override: 'ci-all-gren' }, 'write', 'Did you mean ci-all-green?'],
    ['a reason of nine characters', { 'override-reason': ' too short ' }, 'write', '10 characters'],
  ] as const)('is refused: %s', async (_, change, permission, words) => {
    const world = broken();
    world.github.permissions.set('alice', permission);

    await expect(step(world, given({ ...why, ...change }))).rejects.toThrow(words);
    expect(world.github.deployments).toHaveLength(1);
  });

  test('is refused while nobody can tell who may write', async () => {
    const world = broken();
    world.github.silent.set('permission', unknown('GitHub does not answer', 'run it again'));

    await expect(step(world, given(why))).rejects.toThrow(/break the glass: GitHub does not answer/);
  });

  test('of what is met sets nothing aside and owes nothing', async () => {
    const outcome = await step(deployStory({ policy: red, run: { triggeringActor: 'dave' } }), given(why));

    expect(rowOf(outcome, 'override-review')).toBeUndefined();
    expect(outcome.evidence?.found).not.toHaveProperty('override-by');
  });
});

describe('a policy on trial', () => {
  const trial = `${policyText}enforce: report\n`;

  test('begins what it would have closed, and counts it', async () => {
    const world = deployStory({ policy: trial });
    world.github.reviews.set(482, []);
    const day = 24 * 60 * minute;
    const before = aStatus('in_progress', 'gate report, open: tier low, plan dark', noon - 12 * day);
    world.github.deployments = [
      { ...running, createdAt: noon - 12 * day, statuses: [before, aStatus('success', 'finished')] },
    ];

    const outcome = await step(world, given());

    expect(outcome).toMatchObject({ exit: 0, verdict: 'waiting' });
    expect(outcome.evidence?.facts.map(plain).join()).toContain('report mode since 12 days: would have closed 1 of 2');
    expect(world.github.story(outcome.deploymentId ?? 0)[0]).toMatch(
      /^in_progress: gate report, would be closed: tier/,
    );
    const again = await step(world, given());
    expect(again.evidence?.facts.map(plain).join()).toContain('would have closed 1 of 2');
  });
});
