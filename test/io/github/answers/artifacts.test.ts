// A report file out of another run's artifact: the newest run of the workflow on the commit, whole, or the reason why not.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ArtifactFileFact } from '../../../../src/evidence/artifact.ts';
import type { QuestionOf } from '../../../../src/evidence/question.ts';
import type { NewWorkflowRun, WorkflowRun } from '../../../world/github/fake.ts';
import { makeZip } from '../../../world/zip.ts';
import { type Ground, openGround } from '../ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const ci = '.github/workflows/ci.yml';

function ran(made: Partial<NewWorkflowRun> = {}): WorkflowRun {
  return ground.repo.workflowRun({ path: ci, conclusion: 'success', ...made });
}

function question(given: Partial<QuestionOf<'artifact-file'>> = {}): QuestionOf<'artifact-file'> {
  return {
    kind: 'artifact-file',
    artifact: 'coverage',
    workflow: 'ci.yml',
    path: 'coverage/lcov.info',
    sha: ground.repo.head(),
    ...given,
  };
}

async function told(given: Partial<QuestionOf<'artifact-file'>> = {}): Promise<ArtifactFileFact> {
  const answer = await ground.github().ask(question(given));
  if (answer.kind === 'unknown') throw new Error(answer.because);
  return answer.value;
}

describe('the file', () => {
  test.each([
    ['at its path', 'coverage/lcov.info'],
    ['without the folders that all files share', 'lcov.info'],
  ])('is found %s', async (_where, entry) => {
    const run = ran();
    ground.repo.artifact({ run, name: 'coverage', files: { [entry]: 'TN:ü\n', 'other.txt': '' } });

    const url = `https://github.com/octo-org/shop/actions/runs/${run.id}`;
    expect(await told()).toEqual({ found: true, text: 'TN:ü\n', entry, run: { id: run.id, event: 'push', url } });
    ground.fake.assertClean();
  });

  test('is of the newest run, never of an older one that went better', async () => {
    ground.repo.artifact({ run: ran(), name: 'coverage', files: { 'lcov.info': 'old' } });
    const newest = ran({ conclusion: 'failure', event: 'schedule' });
    ground.repo.artifact({ run: newest, name: 'coverage', files: { 'lcov.info': 'half' } });

    expect(await told()).toMatchObject({
      found: false,
      because: expect.stringContaining('ended with failure'),
      pending: false,
    });
  });

  test('is of the newest artifact where a re-run uploaded it again', async () => {
    const run = ran({ attempt: 2 });
    ground.repo.artifact({ run, name: 'coverage', files: { 'lcov.info': 'first' } });
    ground.repo.artifact({ run, name: 'coverage', files: { 'lcov.info': 'second' } });

    expect(await told()).toMatchObject({ text: 'second' });
  });

  test('may be of the very run the gate is in, which is not over', async () => {
    const run = ran({ status: 'in_progress', conclusion: null });
    ground.repo.artifact({ run, name: 'coverage', files: { 'lcov.info': 'TN:\n' } });

    const own = await ground.github({ run: { event: 'push', id: run.id } }).ask(question());

    expect(own).toMatchObject({ kind: 'known', value: { found: true } });
    expect(await told()).toMatchObject({ found: false, pending: true, because: `${ci} still runs` });
  });

  test('is looked for in all workflows of the commit when none is named, and must be in one alone', async () => {
    ran();
    const other = ran({ path: '.github/workflows/coverage.yml' });
    ground.repo.artifact({ run: other, name: 'coverage', files: { 'lcov.info': 'TN:\n' } });
    const { workflow: _, ...anywhere } = question();
    const asked = () => ground.github().ask(anywhere);

    expect(await asked()).toMatchObject({ value: { found: true, run: { id: other.id } } });

    ground.repo.artifact({
      run: ran({ path: '.github/workflows/more.yml' }),
      name: 'coverage',
      files: { 'lcov.info': '' },
    });
    expect(await asked()).toMatchObject({
      value: { found: false, because: expect.stringContaining('2 workflows uploaded coverage') },
    });
    ground.fake.assertClean();
  });

  test('is not even fetched where only the artifact is asked for', async () => {
    ground.repo.artifact({ run: ran(), name: 'coverage', files: { 'lcov.info': 'TN:' } });

    expect(await told({ path: '' })).toMatchObject({ found: true, text: '' });
    expect(await told({ path: '', artifact: 'other' })).toMatchObject({ found: false });
    expect(ground.fake.count('GET /blobs/*')).toBe(0);
  });

  test('of one archive is downloaded once for several questions', async () => {
    const run = ran();
    ground.repo.artifact({ run, name: 'coverage', files: { 'a.xml': 'a', 'b.xml': 'b' } });
    const { ask } = ground.github();

    const both = await Promise.all(['a.xml', 'b.xml'].map((path) => ask(question({ path }))));

    expect(both).toMatchObject([{ value: { text: 'a' } }, { value: { text: 'b' } }]);
    expect(ground.fake.count('GET /blobs/*')).toBe(1);
    expect(ground.fake.count('GET /repos/*/*/actions/**')).toBe(3);
  });
});

describe('no file', () => {
  test('where the workflow has not run on the commit', async () => {
    ran({ headSha: ground.repo.commit({ branch: 'other', files: { a: 'a' } }).sha });

    expect(await told()).toMatchObject({
      found: false,
      because: `ci.yml has not run on ${ground.repo.head().slice(0, 7)}`,
    });
  });

  test('where the run has no such artifact', async () => {
    ground.repo.artifact({ run: ran(), name: 'other', files: {} });

    expect(await told()).toMatchObject({
      found: false,
      because: 'no artifact coverage in the newest run of ci.yml',
      pending: false,
    });
  });

  test('where the artifact has another file, which is named', async () => {
    ground.repo.artifact({ run: ran(), name: 'coverage', files: { 'a.txt': '', 'b.txt': '' } });

    expect(await told()).toMatchObject({ found: false, because: expect.stringContaining('it holds a.txt, b.txt') });
  });

  test.each([['has expired by the list', { expired: true, files: { 'lcov.info': '' } }]])(
    'where it %s',
    async (_what, made) => {
      ground.repo.artifact({ run: ran(), name: 'coverage', ...made });

      expect(await told()).toMatchObject({ found: false, because: expect.stringContaining('has expired') });
    },
  );
});

describe('unknown', () => {
  test('where it expires just then', async () => {
    ground.repo.artifact({ run: ran(), name: 'coverage', files: { 'lcov.info': '' } });
    ground.fake.faults.add({
      match: 'GET /repos/*/*/actions/artifacts/*/zip',
      status: 410,
      body: { message: 'Artifact has expired' },
    });

    expect(await ground.github().ask(question())).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('has expired'),
    });
  });

  test.each([
    ['no zip', Buffer.from('<html>'.repeat(100)), 'it is no zip archive'],
    ['cut off', makeZip([{ name: 'lcov.info', bytes: Buffer.from('TN:') }]).subarray(30), 'cut off'],
    ['a name that leaves', makeZip([{ name: '../lcov.info', bytes: Buffer.from('TN:') }]), 'leave its folder'],
    ['a bomb', makeZip([{ name: 'lcov.info', bytes: Buffer.alloc(30 * 1024 * 1024) }]), 'more than 20 MB'],
  ])('where the archive is %s', async (_what, zip, words) => {
    ground.repo.artifact({ run: ran(), name: 'coverage', zip });

    expect(await ground.github().ask(question())).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining(words),
    });
  });

  test('where the archive cannot be fetched, and its address is in no message', async () => {
    ground.repo.artifact({ run: ran(), name: 'coverage', files: { 'lcov.info': '' } });
    ground.fake.faults.add({ match: 'GET /blobs/*', times: 9, status: 503 });

    const answer = await ground.github().ask(question());

    expect(answer).toMatchObject({ kind: 'unknown', because: expect.stringContaining('could not be downloaded') });
    expect(JSON.stringify(answer)).not.toContain('secret-signature');
  });

  test.each([{ status: 502 }, { reset: true }])('not where the store has trouble once (%j)', async (fault) => {
    ground.repo.artifact({ run: ran(), name: 'coverage', files: { 'lcov.info': 'TN:\n' } });
    ground.fake.faults.add({ match: 'GET /blobs/*', ...fault });

    expect(await told()).toMatchObject({ found: true });
  });

  test('without `actions: read`, which is named', async () => {
    ran();

    const answer = await ground.github({}, { permissions: { contents: 'read' } }).ask(question());

    expect(answer).toMatchObject({ kind: 'unknown', permission: 'actions: read' });
  });

  test('where there is no such workflow', async () => {
    expect(await ground.github().ask(question({ workflow: 'no.yml' }))).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('there is no workflow no.yml'),
    });
  });
});

test('an archive that is said to be too large is not even fetched', async () => {
  const zip = Buffer.alloc(100 * 1024 * 1024 + 1);
  ground.repo.artifact({ run: ran(), name: 'coverage', zip });

  expect(await told()).toMatchObject({ found: false, because: expect.stringContaining('101 MB, more than 100') });
  expect(ground.fake.count('GET /blobs/*')).toBe(0);
});
