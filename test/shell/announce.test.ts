// Announcing: once an occasion whoever comes first, never an exception, no secret, and what dry-run would say.
import { describe, expect, test } from '@jest/globals';
import { unknown } from '../../src/evidence/answer.ts';
import { checkRunOf } from '../../src/record/keep.ts';
import { type AnnouncerParts, announcedIn, createAnnouncer, unsaid } from '../../src/shell/announce.ts';
import type { Announcing, HttpReply, HttpRequest } from '../../src/world.ts';
import { anEvidence } from '../record/evidences.ts';
import { memoryWorld, sha } from '../world/memory/world.ts';

const taken: HttpReply = { kind: 'reply', status: 200, headers: {}, body: 'ok', truncated: false, durationMs: 1 };

function anEvent(change: Partial<Announcing> = {}): Announcing {
  return {
    ...{
      event: 'rolled-back',
      key: 'rolled-back production 9001',
      environment: 'production',
      unit: '',
      leg: '',
      sha: sha('c'),
    },
    ...{
      shas: [sha('c')],
      version: 'v1.8.0',
      from: 'v1.7.4',
      title: '',
      sentence: 'password=hunter22',
      strategy: '',
      expectedMs: 0,
    },
    ...{
      risk: '',
      progress: '',
      migration: '',
      wayBack: '',
      who: '',
      pulls: [482],
      deploymentId: 9001,
      runUrl: 'https://github.example/run',
    },
    ...{
      reportUrl: '',
      at: 0,
      would: false,
      silent: false,
      turn: 0,
      lines: [{ id: 'team', when: ['rolled-back'], channels: { slack: '${HOOK}' } }],
    },
    ...change,
  };
}

function ground(reply: (request: HttpRequest) => HttpReply = () => taken) {
  const world = memoryWorld();
  const sent: HttpRequest[] = [];
  const notes: { pull: number; key: string; body: string }[] = [];
  const parts: AnnouncerParts = {
    http: async (request) => {
      sent.push(request);
      return reply(request);
    },
    ...{
      clock: world.clock,
      command: world.command,
      log: world.log,
      repository: 'octo-org/shop',
      serverUrl: 'https://github.example',
    },
    env: (name) => ({ HOOK: 'https://hooks.example/T/secret-path' })[name],
    secrets: () => ['secret-path'],
    note: async (note) => {
      notes.push(note);
      return { warnings: [] };
    },
    issue: async () => ({ warnings: ['no issue was opened: the token lacks `issues: write`'] }),
  };
  return { world, sent, notes, announce: createAnnouncer(parts), told: world.told };
}

describe('announcing', () => {
  test('sends each event once in a run, progress each time', async () => {
    const { announce, sent } = ground();

    await announce(anEvent());
    await announce(anEvent());
    for (const at of [1, 2]) await announce(anEvent({ event: 'progress', key: 'p', at }));

    expect(sent).toHaveLength(3);
  });

  test('never throws: trouble is a warning that names line and channel and holds no secret', async () => {
    const { announce, told } = ground(() => {
      throw new Error('connect to https://hooks.example/T/secret-path failed');
    });

    await announce(anEvent());

    expect(told).toEqual(['warn: Not announced on slack (team): connect to https://hooks.example/T/*** failed']);
  });

  test('under dry-run shows the words and sends nothing', async () => {
    const { announce, told, sent } = ground();

    await announce(anEvent({ silent: true }));

    expect(sent).toEqual([]);
    expect(told.join()).toContain(
      'info: Would announce on slack (team): Production: v1.8.0 rolled back; Version: v1.7.4 → v1.8.0',
    );
  });

  test('goes to every channel of every line though one is down', async () => {
    const { announce, sent, told } = ground(({ url }) => (url.endsWith('down') ? { ...taken, status: 404 } : taken));
    const lines = [{ when: [], channels: { slack: 'https://a.example/down', webhook: 'https://b.example/' } }];

    await announce(anEvent({ lines }));

    expect(sent).toHaveLength(2);
    expect(told.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  test('on the issue channel leaves the note that announcement-sent looks for, escaped', async () => {
    const { announce, notes } = ground();

    await announce(
      anEvent({
        event: 'notice',
        key: 'notice production #482',
        title: '<b>@alice</b>',
        lines: [{ when: [], channels: { issue: true } }],
      }),
    );

    expect(notes[0]).toMatchObject({ pull: 482, key: 'notice production #482' });
    expect(notes[0]?.body).not.toContain('<b>');
    expect(notes[0]?.body).not.toContain('@alice');
  });

  test('without a pull request opens an issue, and says which permission it lacks', async () => {
    const { announce, told } = ground();

    await announce(anEvent({ pulls: [], lines: [{ when: [], channels: { issue: true } }] }));

    expect(told.join()).toContain('issues: write');
  });
});

describe('what was said already', () => {
  const recorded = (key: string) => {
    const run = checkRunOf(anEvidence({ sha: sha('c'), found: announcedIn([anEvent({ key })]) }));
    return {
      id: 1,
      app: 'github-actions',
      conclusion: 'success',
      completedAt: 0,
      url: '',
      name: run.name,
      sha: run.sha,
      externalId: run.externalId,
      text: run.text,
    };
  };

  test('by another run is said no second time', async () => {
    const { world } = ground();
    world.github.records.set(sha('c'), [recorded('rolled-back production 9001')]);

    const fresh = await unsaid(world, [anEvent(), anEvent({ key: 'done production 9001' })]);

    expect(fresh.map(({ key }) => key)).toEqual(['done production 9001']);
  });

  test('by a record that somebody changed counts for nothing', async () => {
    const { world } = ground();
    const record = recorded('rolled-back production 9001');
    world.github.records.set(sha('c'), [{ ...record, text: record.text.replace('9001', '9002') }]);

    expect(await unsaid(world, [anEvent()])).toHaveLength(1);
  });

  test('by a record that nobody signed counts for nothing where a key is given', async () => {
    const { world } = ground();
    world.github.records.set(sha('c'), [{ ...recorded('rolled-back production 9001'), seal: 'unsigned' }]);

    expect(await unsaid(world, [anEvent()])).toHaveLength(1);
  });

  test('is looked for on all commits of the change, and taken for unsaid where nobody answers', async () => {
    const { world } = ground();
    world.github.silent.set('records', unknown('GitHub does not answer', 'wait'));
    const asked = () => world.github.asked.flatMap((question) => (question.kind === 'records' ? [question.sha] : []));

    expect(await unsaid(world, [anEvent({ shas: [sha('c'), sha('d')] })])).toHaveLength(1);
    expect(asked()).toEqual([sha('c'), sha('d')]);
  });

  test('legs wait for the ones before them, so that each sees what was said', async () => {
    const { world } = ground();
    const start = world.clock.now();

    await unsaid(world, [anEvent({ turn: 2 })]);

    expect(world.clock.now() - start).toBe(10_000);
  });
});
