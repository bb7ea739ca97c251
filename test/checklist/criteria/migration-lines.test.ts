// Lines about migrations: asked only of a change that carries one, answered by migrate's record of the same tree.
import { describe, expect, test } from '@jest/globals';
import type { RecordFact } from '../../../src/evidence/fact.ts';
import { plain } from '../../../src/kit/phrase.ts';
import type { Evidence, EvidenceRow } from '../../../src/record/evidence.ts';
import { checkRunOf } from '../../../src/record/keep.ts';
import { deployStory, findingOf, noon, sha } from '../story.ts';

function record(given: Partial<Evidence>): RecordFact {
  const evidence: Evidence = {
    marker: 'boring-deploys',
    schema: 1,
    action: 'migrate',
    moment: 'deploy',
    environment: 'production',
    unit: '',
    leg: '',
    sha: sha('c'),
    tree: sha('7'),
    version: 'v1',
    pulls: [],
    deploymentId: null,
    run: { id: 1, attempt: 1, job: 'migrate', url: '' },
    at: noon,
    verdict: 'rehearsed',
    reason: '',
    reportOnly: false,
    title: 'rehearsed',
    sentence: 'It ran.',
    facts: [],
    rows: [],
    moments: [],
    wayBack: '',
    migration: '',
    details: [],
    found: { compatibility: 'expand' },
    ...given,
  };
  const { name, sha: at, conclusion, externalId, text } = checkRunOf(evidence);
  return {
    id: 1,
    name,
    app: 'github-actions',
    sha: at,
    conclusion,
    externalId,
    text,
    completedAt: noon,
    url: 'https://github.example/1',
  };
}

const row = (id: string, outcome: EvidenceRow['outcome']): EvidenceRow => ({
  id,
  outcome,
  title: id,
  who: '',
  todo: '',
  evidence: '',
  required: true,
});

const judged = (line: string, records: readonly RecordFact[], paths: readonly string[] = ['db/migrations/1_a.sql']) =>
  findingOf(deployStory, line, {
    comparison: { files: paths.map((path) => ({ path, status: 'added' })) },
    change: ({ github }) => void github.records.set(sha('c'), records),
  });

describe('a line about migrations', () => {
  const id = 'migration-has-down';

  test.each([
    ['without a migration', [], ['src/shop.ts'], 'not-applicable'],
    ['that nobody has looked at', [], undefined, 'unknown'],
    ['on which migrate says nothing', [record({})], undefined, 'unknown'],
    ['that migrate found met', [record({ rows: [row(id, 'pass')] })], undefined, 'pass'],
    ['that migrate found broken', [record({ rows: [row(id, 'fail')] })], undefined, 'fail'],
    ['that migrate warns of', [record({ rows: [row(id, 'warn')] })], undefined, 'fail'],
    ['that migrate cannot tell', [record({ rows: [row(id, 'unknown')] })], undefined, 'unknown'],
    ['of another tree', [record({ tree: sha('0'), rows: [row(id, 'pass')] })], undefined, 'unknown'],
    ['of another unit', [record({ unit: 'pay', rows: [row(id, 'pass')] })], undefined, 'unknown'],
  ] as const)('%s', async (_what, records, paths, outcome) => {
    expect((await judged(id, records, paths)).outcome).toBe(outcome);
  });

  test('shows what migrate found when it fails', async () => {
    const told = {
      ...row(id, 'fail'),
      evidence: 'db/migrations/V7__a.sql:3 has no down',
      todo: 'write V7__a.down.sql',
    };
    const finding = await judged(id, [record({ rows: [told] })]);

    expect(plain(finding.evidence)).toContain('V7__a.sql:3 has no down');
    expect(plain(finding.todo)).toBe('write V7__a.down.sql');
  });

  test('takes the options that its process gives it', async () => {
    expect((await judged('{id: migration-rename-in-steps, with: {releases: 4}}', [], ['src/a.ts'])).outcome).toBe(
      'not-applicable',
    );
  });
});

describe('old code on the new schema', () => {
  test.each([
    ['expand', 'pass'],
    ['contract', 'fail'],
    ['odd', 'unknown'],
  ])('migrate says %s: %s', async (compatibility, outcome) => {
    const records = [record({ found: { compatibility, files: ['db/migrations/1_a.sql'] } })];

    expect((await judged('migration-forward-compatible', records)).outcome).toBe(outcome);
    expect((await judged('db-rollback-avoid', records)).outcome).toBe(outcome);
  });

  test('is not asked without a migration, and unknown before migrate has looked', async () => {
    expect((await judged('db-rollback-avoid', [], ['src/a.ts'])).outcome).toBe('not-applicable');
    expect((await judged('db-rollback-avoid', [])).outcome).toBe('unknown');
  });
});

describe('migration-naming', () => {
  test.each([
    ['by version', 'migration-naming', ['db/migrations/20261117_add_a.sql'], 'pass'],
    ['without a version', 'migration-naming', ['db/migrations/add_a.sql'], 'fail'],
    ['two of one version', 'migration-naming', ['db/migrations/7_a.sql', 'db/migrations/7_b.sql'], 'fail'],
    [
      'up and down of one version',
      'migration-naming',
      ['db/migrations/7_a.up.sql', 'db/migrations/7_a.down.sql'],
      'pass',
    ],
    [
      'as the policy wants',
      "{id: migration-naming, with: {pattern: 'V\\d+__[a-z0-9_]+\\.sql'}}",
      ['db/migrations/V7__a.sql'],
      'pass',
    ],
    [
      'not as the policy wants',
      "{id: migration-naming, with: {pattern: 'V\\d+__[a-z0-9_]+\\.sql'}}",
      ['db/migrations/V7__A.sql'],
      'fail',
    ],
    ['no migration', 'migration-naming', ['src/a.ts'], 'not-applicable'],
  ])('%s', async (_what, line, paths, outcome) => {
    expect((await judged(line, [], paths)).outcome).toBe(outcome);
  });
});
