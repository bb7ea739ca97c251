// The issue of an incident: opened once with its label, brought up to date, and what people wrote below stays theirs.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Ground, openGround } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const incident = {
  key: 'production 9001',
  title: 'Incident in production: v1.8.0 rolled back to v1.7.4',
  body: 'Users are back.',
  below: '## Root cause\n<!-- write it here -->',
  labels: ['incident'],
};

async function incidents() {
  const told = await ground.github().ask({ kind: 'issues', label: 'incident', state: 'all' });
  return told.kind === 'known' ? told.value : [];
}

describe('an incident', () => {
  test('is one issue with its label, however often it is told', async () => {
    const first = await ground.github().incident(incident);
    const again = await ground.github().incident(incident);

    expect(first).toEqual({ url: expect.stringContaining('/issues/'), warnings: [] });
    expect(again).toEqual(first);
    const [issue, ...others] = await incidents();
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ title: incident.title, labels: ['incident'], open: true });
    expect(issue?.body).toContain('## Root cause');
    ground.fake.assertClean();
  });

  test('is brought up to date above the line; what people wrote below stays', async () => {
    await ground.github().incident(incident);
    const [issue] = await incidents();
    const client = ground.client();
    const written = (issue?.body ?? '').replace('<!-- write it here -->', 'A missing index.');
    await client.write(
      'PATCH',
      client.path(`/issues/${issue?.number}`),
      { body: written },
      {
        shape: z.unknown(),
        lookUp: async () => undefined,
      },
    );

    await ground.github().incident({ ...incident, body: 'Users are back, proven.', below: 'lost' });

    const [after] = await incidents();
    expect(after?.body).toContain('Users are back, proven.');
    expect(after?.body).toContain('A missing index.');
    expect(after?.body).not.toContain('lost');
  });

  test('another occasion is another issue', async () => {
    await ground.github().incident(incident);
    await ground.github().incident({ ...incident, key: 'production 9002' });

    expect(await incidents()).toHaveLength(2);
  });

  test('without the permission it is a warning that names it', async () => {
    const told = await ground.github({}, { permissions: { contents: 'read' } }).incident(incident);

    expect(told.url).toBe('');
    expect(told.warnings.join(' ')).toContain('issues');
  });
});

describe('workflows', () => {
  test('one is started on a branch with its inputs; a run is cancelled, one that is over is left alone', async () => {
    const { repo } = ground;
    repo.commit({
      branch: 'main',
      files: {
        '.github/workflows/redeploy.yml':
          'on:\n  workflow_dispatch:\n    inputs:\n      sha: {type: string}\n      version: {type: string}\njobs: {}\n',
      },
    });
    const { workflows, ask } = ground.github();

    const started = await workflows.dispatch('redeploy.yml', 'main', { sha: 'a'.repeat(40), version: 'v1' });

    expect(await ask({ kind: 'run', id: started ?? 0 })).toMatchObject({ value: { event: 'workflow_dispatch' } });
    expect(repo.dispatches.at(-1)).toMatchObject({ ref: 'main', inputs: { sha: 'a'.repeat(40), version: 'v1' } });
    const run = repo.workflowRun({
      path: '.github/workflows/deploy.yml',
      headSha: repo.head('main'),
      headBranch: 'main',
      event: 'push',
      status: 'in_progress',
      actor: 'alice',
    });
    await workflows.cancel(run.id);
    expect(run.status).toBe('completed');
    await workflows.cancel(run.id);
    ground.fake.assertClean();
  });

  test('where GitHub does not know the question for the run, it is started all the same, once', async () => {
    const { repo, fake } = ground;
    const file = 'on:\n  workflow_dispatch:\njobs: {}\n';
    repo.commit({ branch: 'main', files: { '.github/workflows/redeploy.yml': file } });
    const body = { message: 'Invalid request. "return_run_details" is not a permitted key.' };
    fake.faults.add({ match: 'POST /repos/*/*/actions/workflows/*/dispatches', status: 422, body });

    const started = await ground.github().workflows.dispatch('redeploy.yml', 'main', {});

    expect(started).toBeUndefined();
    expect(repo.dispatches).toHaveLength(1);
  });

  test('without the permission it says which', async () => {
    const { workflows } = ground.github({}, { permissions: { actions: 'read', contents: 'read' } });

    await expect(workflows.dispatch('redeploy.yml', 'main', {})).rejects.toThrow(/actions|redeploy/);
  });
});
