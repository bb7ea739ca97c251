// What people write, and which tags point where: told in full, refused by name, and never taken for nothing.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { begin, type Ground, openGround } from '../ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const now = Date.parse(begin);
const minute = 60_000;

describe('comments', () => {
  test('are told oldest first with who wrote them, and one that was edited says so', async () => {
    const issue = ground.repo.issue({ title: 'Deploy v1.8.0' });
    ground.repo.comment(issue, 'dave', '/signoff retrospective');
    const second = ground.repo.comment(issue, 'erin', 'nothing');
    ground.repo.editComment(second, '/signoff kpi-reviewed', new Date(now + minute).toISOString());

    const answer = await ground.github().ask({ kind: 'comments', number: issue.number });

    const dave = {
      author: { login: 'dave', bot: false },
      body: '/signoff retrospective',
      createdAt: now,
      edited: false,
    };
    const erin = { author: { login: 'erin', bot: false }, body: '/signoff kpi-reviewed', edited: true };
    expect(answer).toMatchObject({ kind: 'known', value: [dave, erin] });
  });

  test('of a number that is none, and without permission, are unknown', async () => {
    expect(await ground.github().ask({ kind: 'comments', number: 404 })).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('GitHub finds no issue or pull request #404'),
    });
    const issue = ground.repo.issue({ title: 'Deploy' });
    const { ask } = ground.github({}, { permissions: {} });
    expect(await ask({ kind: 'comments', number: issue.number })).toMatchObject({ kind: 'unknown' });
  });
});

describe('issues', () => {
  test('are those of the label, newest first, without pull requests', async () => {
    ground.repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
    ground.repo.openPull({ title: 'Mend it', branch: 'topic', labels: ['incident'] });
    const old = ground.repo.issue({ title: 'Down', labels: ['incident', 'P0'], at: '2026-11-01T10:00:00Z' });
    const young = ground.repo.issue({ title: 'Slow', labels: ['incident'], body: 'since v1.8.0' });
    ground.repo.issue({ title: 'Idea', labels: ['wish'] });

    const told = await ground.github().ask({ kind: 'issues', label: 'incident', state: 'open' });

    expect(told).toMatchObject({
      kind: 'known',
      value: [
        { number: young.number, title: 'Slow', body: 'since v1.8.0', open: true },
        { number: old.number, labels: ['incident', 'P0'] },
      ],
    });
  });

  test('that are closed come with the state all, from the instant that is asked', async () => {
    const closed = ground.repo.issue({ title: 'Down', labels: ['incident'], at: '2026-11-01T10:00:00Z' });
    Object.assign(closed, { state: 'closed', closedAt: '2026-11-02T10:00:00Z', updatedAt: '2026-11-02T10:00:00Z' });
    const { ask } = ground.github();
    const at = Date.parse('2026-11-02T10:00:00Z');

    expect(await ask({ kind: 'issues', label: 'incident', state: 'open' })).toEqual({ kind: 'known', value: [] });
    expect(await ask({ kind: 'issues', label: 'incident', state: 'all', since: at })).toMatchObject({
      value: [{ number: closed.number, open: false, closedAt: at }],
    });
    expect(await ask({ kind: 'issues', label: 'incident', state: 'all', since: at + 1000 })).toMatchObject({
      value: [],
    });
  });

  test('without permission are unknown, never none', async () => {
    const { ask } = ground.github({}, { permissions: {} });

    const answer = await ask({ kind: 'issues', label: 'incident', state: 'open' });

    expect(answer).toMatchObject({ kind: 'unknown', permission: 'issues: read' });
  });
});

describe('tags', () => {
  test('of a commit are all that point at it, and none that points elsewhere', async () => {
    const before = ground.repo.head();
    ground.repo.tag('v1.7.4', before);
    const { sha } = ground.repo.commit({ files: { 'a.ts': 'a' } });
    ground.repo.tag('v1.8.0');
    ground.repo.tag('deploy/production/7');
    const { ask } = ground.github();

    const told = await ask({ kind: 'tags-of', sha });

    expect(told).toMatchObject({ kind: 'known', value: { complete: true } });
    expect(told.kind === 'known' ? [...told.value.names].sort() : []).toEqual(['deploy/production/7', 'v1.8.0']);
    expect(await ask({ kind: 'tags-of', sha: 'f'.repeat(40) })).toMatchObject({ value: { names: [] } });
  });

  test('beyond those that are looked at may be there: the list says that it is not complete', async () => {
    for (let number = 0; number < 2001; number += 1) ground.repo.tag(`build-${number}`);

    const told = await ground.github().ask({ kind: 'tags-of', sha: 'f'.repeat(40) });

    expect(told).toMatchObject({ value: { names: [], complete: false } });
  });
});
