// The desk of kept issues against a fake GitHub: found again by their marker, rewritten, closed, and only our own.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { plain } from '../../../src/kit/phrase.ts';
import { type Ground, openGround } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(async () => {
  await ground.close();
});

const label = 'deploy-hygiene';
const wanted = {
  key: 'production  flag new-checkout',
  title: 'production: Flag new-checkout',
  lines: ['made 4 months ago', 'What to do: decide'],
};
const desk = (token?: Parameters<Ground['github']>[1]) => ground.github({}, token).issues(plain);
const issues = () => [...ground.repo.issues.values()];

describe('the desk', () => {
  test('opens one issue a key, with its label, and leaves it as it is while nothing changes', async () => {
    const first = await desk().keep(label, wanted);
    const again = await desk().keep(label, wanted);

    expect(issues()).toHaveLength(1);
    expect(issues()[0]).toMatchObject({
      title: wanted.title,
      body: expect.stringContaining('made 4 months ago\n\nWhat to do: decide'),
    });
    expect(first.how).toBe('opened');
    expect(again).toEqual({ how: 'unchanged', url: first.url, because: '' });
    expect(await desk().open(label)).toMatchObject({ kind: 'known', value: [{ key: wanted.key }] });
    ground.fake.assertClean();
  });

  test('rewrites it when its text differs', async () => {
    await desk().keep(label, wanted);

    const updated = await desk().keep(label, { ...wanted, lines: ['made 5 months ago'] });

    expect(updated.how).toBe('updated');
    expect(issues()).toHaveLength(1);
    expect(issues()[0]?.body).toContain('5 months');
  });

  test('closes it with a word, and opens a new one when it is owed again', async () => {
    await desk().keep(label, wanted);
    const open = await desk().open(label);
    const [kept] = open.kind === 'known' ? open.value : [];
    if (kept === undefined) throw new Error('no issue was kept');

    expect((await desk().close(kept, 'Done')).how).toBe('closed');
    expect(await desk().open(label)).toMatchObject({ value: [] });
    expect((await desk().keep(label, wanted)).how).toBe('opened');
    ground.fake.assertClean();
  });

  test('does not take an issue of somebody else with its marker for its own', async () => {
    await desk().keep(label, wanted);
    const [own] = issues();
    if (own === undefined) throw new Error('no issue was kept');
    ground.repo.issues.set(own.number, { ...own, author: { ...own.author, login: 'mallory' } });

    expect(await desk().open(label)).toMatchObject({ value: [] });
  });

  test('names the permission when the token may not', async () => {
    const refused = await desk({ permissions: { issues: 'read', contents: 'read' } }).keep(label, wanted);

    expect(refused.how).toBe('refused');
    expect(refused.because).toContain('issues: write');
  });
});
