// One living comment a pull request: right with many writers, lists that lag, foreign markers, and no permission at all.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGithub, type Github } from '../../../src/io/github/github.ts';
import type { Clock } from '../../../src/world.ts';
import { type ListLag, type Pull, startFakeGithub } from '../../world/github/fake.ts';
import { everything, type Ground, openGround, pushRun } from './ground.ts';

const marker = '<!-- boring-deploys v1 octo-org/shop#1 -->';
const bot = 'github-actions[bot]';
const comments = '/repos/octo-org/shop/issues/*/comments';

let ground: Ground;
let pull: Pull;
beforeEach(async () => {
  ground = await openGround();
  ground.repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } });
  pull = ground.repo.openPull({ title: 'Add a', branch: 'topic' });
});
afterEach(async () => {
  await ground.close();
});

function project(github: Github, body: string, parts: { readonly spreadMs?: number; readonly crowded?: boolean } = {}) {
  return github.projectComment({ pull: pull.number, marker, render: async () => body, ...parts });
}

function bodies(): readonly string[] {
  return ground.repo.commentsOf(pull).map((comment) => comment.body);
}

describe('projecting the comment', () => {
  test('makes it, with the marker in front, and looks once more later', async () => {
    const { url, warnings } = await project(ground.github(), 'Production: open');

    expect(bodies()).toEqual([`${marker}\nProduction: open`]);
    expect(warnings).toEqual([]);
    expect(url).toContain(`/octo-org/shop/pull/${pull.number}#issuecomment-`);
    expect(ground.pauses).toEqual([3500]);
    ground.fake.assertClean();
  });

  test('does not double a marker that the page brings along', async () => {
    await project(ground.github(), `${marker}\nProduction: open`);

    expect(bodies()).toEqual([`${marker}\nProduction: open`]);
  });

  test('edits it when the text differs', async () => {
    ground.repo.comment(pull, bot, `${marker}\nProduction: closed`);

    const { url } = await project(ground.github(), 'Production: open');

    expect(bodies()).toEqual([`${marker}\nProduction: open`]);
    expect(url).toContain('#issuecomment-');
    expect(ground.fake.count(`POST ${comments}`)).toBe(0);
    ground.fake.assertClean();
  });

  test('writes nothing, and does not wait, when the text is the same', async () => {
    ground.repo.comment(pull, bot, `${marker}\r\nProduction: open\r\n`);

    await project(ground.github(), 'Production: open');

    expect(ground.fake.log.every((line) => line.method === 'GET' || line.path === '/graphql')).toBe(true);
    expect(ground.pauses).toEqual([]);
  });

  test('goes on until the page no longer changes', async () => {
    const pages = ['one', 'two', 'three'];
    const github = ground.github();
    const render = async () => pages.shift() ?? 'three';

    await github.projectComment({ pull: pull.number, marker, render });

    expect(bodies()).toEqual([`${marker}\nthree`]);
  });

  test('finds it behind a hundred others', async () => {
    for (let number = 1; number <= 130; number += 1) ground.repo.comment(pull, 'alice', `Comment ${number}`);
    ground.repo.comment(pull, bot, `${marker}\nold`);

    await project(ground.github(), 'new');

    expect(bodies()).toHaveLength(131);
    expect(bodies().at(-1)).toBe(`${marker}\nnew`);
    ground.fake.assertClean();
  });

  test('keeps the oldest of our own and removes its younger twins', async () => {
    const oldest = ground.repo.comment(pull, bot, `${marker}\na`);
    ground.repo.comment(pull, bot, `${marker}\nb`);
    ground.repo.comment(pull, bot, `${marker}\nc`);

    await project(ground.github(), 'new');

    expect(ground.repo.commentsOf(pull).map((comment) => comment.id)).toEqual([oldest.id]);
    expect(bodies()).toEqual([`${marker}\nnew`]);
    ground.fake.assertClean();
  });

  test.each([
    ['of a person', 'mallory', `${marker}\nProduction: open`],
    ["of another app's bot", 'echo[bot]', `${marker}\nProduction: open`],
    ['of a person called like us', 'github-actions', `${marker}\nProduction: open`],
  ])('leaves a comment with our marker alone that is %s, and says so', async (_whose, login, body) => {
    ground.repo.comment(pull, login, body);

    const { warnings } = await project(ground.github(), 'Production: closed');

    expect(bodies()).toEqual([body, `${marker}\nProduction: closed`]);
    expect(warnings).toEqual([expect.stringContaining(`a comment of ${login} bears our marker and was left alone`)]);
  });

  test('leaves a comment of our bot alone that only quotes the marker', async () => {
    ground.repo.comment(pull, bot, `As said above:\n${marker}`);

    await project(ground.github(), 'Production: closed');

    expect(bodies()).toEqual([`As said above:\n${marker}`, `${marker}\nProduction: closed`]);
  });

  test("knows its own comment under an app's token", async () => {
    const token = { permissions: 'write-all', as: 'acme-deploys[bot]' } as const;
    await project(ground.github({}, token), 'one');

    await project(ground.github({}, token), 'two');

    expect(ground.repo.commentsOf(pull).map((each) => [each.user.login, each.body])).toEqual([
      ['acme-deploys[bot]', `${marker}\ntwo`],
    ]);
  });

  test('asks GitHub who we are only when nothing written told it', async () => {
    const github = ground.github();
    await github.keepEvidence({
      name: 'boring-deploys / smoke-test / production',
      sha: pull.headSha,
      conclusion: 'success',
      title: 't',
      summary: 's',
      text: '{}',
      externalId: 'v1',
      detailsUrl: 'https://github.com/octo-org/shop/actions/runs/7',
      completedAt: ground.clock.now(),
    });

    await project(github, 'one');

    expect(ground.fake.count('POST /graphql')).toBe(0);
    expect(bodies()).toHaveLength(1);
  });

  test.each([{ reset: true }, { status: 502 }])('makes one, though the answer got lost (%j)', async (fault) => {
    ground.fake.faults.add({ match: `POST ${comments}`, applied: true, ...fault });

    await project(ground.github(), 'one');

    expect(bodies()).toEqual([`${marker}\none`]);
  });

  test('makes a new one when another writer removed it meanwhile', async () => {
    const gone = ground.repo.comment(pull, bot, `${marker}\nold`);
    const render = async () => {
      ground.fake.faults.add({ match: 'PATCH /repos/octo-org/shop/issues/comments/*', status: 404 });
      ground.repo.comments.delete(gone.id);
      return 'new';
    };
    ground.fake.faults.add({ match: `GET ${comments}`, status: 200, body: [listed(gone.id, `${marker}\nold`)] });

    await ground.github().projectComment({ pull: pull.number, marker, render });

    expect(bodies()).toEqual([`${marker}\nnew`]);
  });

  test('takes secrets out of the page', async () => {
    await project(ground.github({ secrets: () => ['s3cr3t-canary'] }), 's3cr3t-canary at https://u:hunter2@db');

    expect(bodies()).toEqual([`${marker}\n*** at https://u:***@db`]);
  });

  test('looks no second time where nobody else writes', async () => {
    const oldest = ground.repo.comment(pull, bot, `${marker}\na`);
    ground.repo.comment(pull, bot, `${marker}\nb`);

    await project(ground.github(), 'new', { crowded: false });

    expect(ground.repo.commentsOf(pull).map((comment) => comment.id)).toEqual([oldest.id]);
    expect(ground.pauses).toEqual([]);
  });

  test('waits a part of the spread before it begins', async () => {
    await project(ground.github(), 'one', { spreadMs: 3000 });

    expect(ground.pauses).toEqual([1500, 3500]);
  });
});

describe('a comment that can not be posted is a warning', () => {
  test('naming the missing permission', async () => {
    const { url, warnings } = await project(ground.github({}, { permissions: { 'pull-requests': 'read' } }), 'one');

    expect(url).toBe('');
    expect(warnings).toEqual([
      expect.stringContaining('the token lacks `pull-requests: write`; add `pull-requests: write`'),
    ]);
    ground.fake.assertClean();
  });

  test('on a fork, where no permission would help', async () => {
    const run = {
      event: 'pull_request',
      id: 7,
      pull: { number: 1, headSha: 'a', baseSha: 'b', fork: true, labels: [] },
    };

    const { warnings } = await project(ground.github({ run }, { permissions: 'write-all', fork: true }), 'one');

    expect(warnings).toEqual([expect.stringContaining('whatever `permissions:` says')]);
    expect(bodies()).toEqual([]);
  });

  test('when it is too long for GitHub', async () => {
    const { warnings } = await project(ground.github(), 'x'.repeat(65_537));

    expect(warnings).toEqual([expect.stringContaining('GitHub refuses the call (422')]);
  });

  test('when GitHub is down', async () => {
    const github = ground.github();
    ground.fake.down();

    expect((await project(github, 'one')).warnings).toEqual([expect.stringContaining('connection to GitHub broke')]);
  });

  test('when the page can not be rendered', async () => {
    const render = async () => {
      throw new Error('no page today');
    };

    const { warnings } = await ground.github().projectComment({ pull: pull.number, marker, render });

    expect(warnings).toEqual([expect.stringContaining('no page today')]);
  });
});

describe('eight jobs that write at once', () => {
  test.each([
    { lists: 'exact', seed: 1, lag: {} },
    { lists: 'exact', seed: 2, lag: {} },
    { lists: 'exact', seed: 3, lag: {} },
    { lists: 'three reads late', seed: 4, lag: { reads: 3 } },
    { lists: 'three reads late', seed: 5, lag: { reads: 3 } },
    { lists: '1.5 s late', seed: 6, lag: { ms: 1500 } },
    { lists: '1.5 s late', seed: 7, lag: { ms: 1500 } },
    { lists: '1.5 s late', seed: 8, lag: { ms: 1500 } },
  ])('leave one comment with the results of all (lists $lists, seed $seed)', async ({ seed, lag }) => {
    const { bodies: left, writes } = await race(seed, lag);

    expect(left).toHaveLength(1);
    expect(left[0]).toBe(`${marker}\n${Array.from({ length: 8 }, (_, job) => `job ${job}: pass`).join('\n')}`);
    // GitHub's secondary limit is about 80 writes a minute, records among them (reference/github.md, section 2).
    expect(writes).toBeLessThan(80);
    if (process.env.BORING_SHOW_CALLS === '1') console.info(`seed ${seed}: ${writes} writes`);
  });
});

/** Eight adapters of their own, each keeping its record and then projecting; time runs twenty times as fast. */
async function race(seed: number, lag: ListLag): Promise<{ bodies: readonly string[]; writes: number }> {
  const speed = 20;
  const random = randomFrom(seed);
  const realBegin = Date.now();
  const now = () => Date.parse('2026-11-20T14:00:00Z') + (Date.now() - realBegin) * speed;
  const fake = await startFakeGithub({ clock: { now: () => new Date(now()) } });
  try {
    const repo = fake.repository('octo-org/shop', { private: true });
    const head = repo.commit({ branch: 'topic', files: { 'a.ts': 'a' } }).sha;
    const opened = repo.openPull({ title: 'Add a', branch: 'topic' });
    fake.faults.lagLists(lag);
    for (let request = 0; request < 2_000; request += 1) {
      fake.faults.add({ match: () => true, latencyMs: Math.floor(random() * 20) });
    }
    const clock: Clock = { now, steady: now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)) };
    const write = async (job: number) => {
      await clock.sleep(random() * 1_000);
      const github = createGithub({
        apiUrl: fake.url,
        graphqlUrl: fake.graphqlUrl,
        serverUrl: fake.serverUrl,
        token: fake.token(everything),
        repository: { owner: 'octo-org', name: 'shop' },
        run: pushRun,
        files: { read: async () => undefined, walk: async () => ({ found: false, files: [], complete: true }) },
        clock,
        random,
        secrets: () => [],
        deadlineMs: 600_000,
      });
      await github.keepEvidence({
        name: `boring-deploys / smoke-test / production / ${job}`,
        sha: head,
        conclusion: 'success',
        title: 'pass',
        summary: 's',
        text: `job ${job}: pass`,
        externalId: `v1:${job}`,
        detailsUrl: 'https://github.com/octo-org/shop/actions/runs/7',
        completedAt: now(),
      });
      const render = async () => {
        const records = await github.ask({ kind: 'records', sha: head });
        if (records.kind === 'unknown') throw new Error(records.because);
        return records.value
          .map((record) => record.text)
          .sort()
          .join('\n');
      };
      return github.projectComment({ pull: opened.number, marker, render });
    };

    const projected = await Promise.all(Array.from({ length: 8 }, (_, job) => write(job)));

    expect(projected.flatMap((each) => each.warnings)).toEqual([]);
    fake.assertClean();
    const writes = fake.log.filter((line) => line.method !== 'GET' && line.path !== '/graphql').length;
    return { bodies: repo.commentsOf(opened).map((comment) => comment.body), writes };
  } finally {
    await fake.close();
  }
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function listed(id: number, body: string) {
  return {
    id,
    body,
    user: { login: bot, type: 'Bot' },
    html_url: `https://github.com/octo-org/shop/pull/1#issuecomment-${id}`,
  };
}
