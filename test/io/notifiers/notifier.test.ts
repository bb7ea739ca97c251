// The channels, each against a stand-in on 127.0.0.1 that checks and answers as its documentation says.
import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sendHttp } from '../../../src/io/http.ts';
import { createNotifier, type NotifierParts } from '../../../src/io/notifiers/notifier.ts';
import type { Message } from '../../../src/providers/message.ts';
import type { CommandOptions } from '../../../src/world.ts';
import { type Channel, openChannel, type Received, type Reply } from './channel.ts';

let channel: Channel | undefined;
afterEach(async () => {
  await channel?.close();
  channel = undefined;
});

const secret = 'T0P-secret-key';
const message: Message = {
  event: 'rolled-back',
  key: 'rolled-back production 9001',
  subject: 'production',
  title: 'Production: v1.8.0 rolled back',
  sentence: 'The canary failed <!channel> & *4.1 %* of its requests.',
  fields: [
    { name: 'Version', value: 'v1.7.4 → v1.8.0' },
    { name: 'Way back', value: 'v1.7.4, by weight' },
  ],
  links: [{ text: 'Run', href: 'https://github.example/octo-org/shop/actions/runs/1' }],
  ...{
    severity: 'error',
    standing: 'trouble',
    environment: 'production',
    version: 'v1.8.0',
    sha: 'c'.repeat(40),
    pulls: [482],
  },
  ...{ at: Date.UTC(2026, 10, 20, 14), begins: Date.UTC(2026, 10, 20, 14), ends: Date.UTC(2026, 10, 20, 15) },
};

interface Ground {
  readonly pauses: number[];
  readonly commands: CommandOptions[];
  readonly said: string[];
  readonly notify: ReturnType<typeof createNotifier>;
}

async function ground(
  answers: (call: Received, at: number) => Reply | undefined,
  change: Partial<NotifierParts> = {},
): Promise<Ground & { readonly channel: Channel }> {
  const opened = await openChannel(answers);
  channel = opened;
  const pauses: number[] = [];
  const commands: CommandOptions[] = [];
  const said: string[] = [];
  const notify = createNotifier({
    http: sendHttp,
    clock: { now: () => message.at, steady: () => message.at, sleep: async (ms) => void pauses.push(ms) },
    command: async (options) => {
      commands.push(options);
      return { code: 0, stdout: '', stderr: '', timedOut: false };
    },
    env: (name) => ({ HOOK: `${opened.url}/hook`, KEY: secret })[name],
    repository: 'octo-org/shop',
    say: async ({ key }, label) => {
      said.push(`${label}: ${key}`);
      return '';
    },
    ...change,
  });
  return { channel: opened, pauses, commands, said, notify };
}

const ok = (body = ''): Reply => ({ status: 200, body });
const bodyOf = (call: Received | undefined) => JSON.parse(call?.body ?? '{}');

describe('Slack', () => {
  test('gets text and blocks in which nothing calls anybody', async () => {
    const { channel, notify } = await ground(() => ok('ok'));

    expect(await notify('slack', '${HOOK}', message)).toMatchObject({ kind: 'taken' });
    const { text, blocks } = bodyOf(channel.received[0]);
    expect(channel.received[0]).toMatchObject({ method: 'POST', path: '/hook' });
    expect(text).toBe('Production: v1.8.0 rolled back');
    expect(JSON.stringify(blocks)).toContain('&lt;!channel&gt; &amp;');
    expect(JSON.stringify(blocks)).not.toContain('<!channel>');
    expect(JSON.stringify(blocks)).toContain('*Version:* v1.7.4 → v1.8.0');
    expect(blocks.length).toBeLessThanOrEqual(50);
  });

  test('as a bot answers in the thread of its first message, and believes no 200 that is not ok', async () => {
    const { channel, notify } = await ground((_call, at) =>
      ok(JSON.stringify(at < 3 ? { ok: true, ts: '1.2' } : { ok: false, error: 'not_in_channel' })),
    );
    const options = { token: '${KEY}', channel: 'C1', api: channel.url };

    await notify('slack', options, message);
    await notify('slack', options, message);
    const third = await notify('slack', options, message);

    expect(channel.received[0]).toMatchObject({
      path: '/chat.postMessage',
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(bodyOf(channel.received[0]).thread_ts).toBeUndefined();
    expect(bodyOf(channel.received[1]).thread_ts).toBe('1.2');
    expect(third).toEqual({ kind: 'refused', because: 'it answered not_in_channel' });
  });
});

test('Teams gets an Adaptive Card in the envelope of a Workflows webhook', async () => {
  const { channel, notify } = await ground(() => ({ status: 202 }));

  expect(await notify('teams', { url: '${HOOK}' }, message)).toMatchObject({ kind: 'taken' });
  const { type, attachments } = bodyOf(channel.received[0]);
  expect(type).toBe('message');
  expect(attachments[0].contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect(attachments[0].content).toMatchObject({ type: 'AdaptiveCard', version: '1.4' });
  expect(JSON.stringify(attachments[0].content)).toContain('FactSet');
});

test('Discord gets an embed within its limits and may mention nobody', async () => {
  const { channel, notify } = await ground(() => ({ status: 204 }));

  await notify('discord', '${HOOK}', { ...message, title: 'x'.repeat(400) });
  const { embeds, allowed_mentions } = bodyOf(channel.received[0]);
  expect(embeds[0].title).toHaveLength(256);
  expect(allowed_mentions).toEqual({ parse: [] });
});

describe('PagerDuty', () => {
  const options = (url: string) => ({ key: '${KEY}', url });
  const accepted = (): Reply => ({ status: 202, body: '{"status":"success"}' });

  test('opens an incident for trouble', async () => {
    const { channel, notify } = await ground(accepted);

    await notify('pagerduty', options(channel.url), message);

    expect(channel.received.map(({ path }) => path)).toEqual(['/v2/enqueue']);
    expect(bodyOf(channel.received[0])).toMatchObject({
      routing_key: secret,
      event_action: 'trigger',
      dedup_key: 'octo-org/shop/production',
      payload: { summary: message.title, severity: 'error', source: 'octo-org/shop production' },
    });
  });

  test('resolves it when the next deployment is done, which is a change event as well', async () => {
    const { channel, notify } = await ground(accepted);

    await notify('pagerduty', options(channel.url), { ...message, event: 'done', standing: 'over', severity: 'info' });

    expect(channel.received.map(({ path }) => path).sort()).toEqual(['/v2/change/enqueue', '/v2/enqueue']);
    expect(channel.received.map(bodyOf).find(({ event_action }) => event_action !== undefined)).toMatchObject({
      event_action: 'resolve',
      dedup_key: 'octo-org/shop/production',
    });
  });

  test.each([
    ['begins', undefined, ['/v2/change/enqueue']],
    ['begins', 'incidents', []],
    ['trouble', 'changes', []],
  ] as const)('told of what %s with events: %s calls %j', async (standing, events, paths) => {
    const { channel, notify } = await ground(accepted);

    await notify(
      'pagerduty',
      { ...options(channel.url), ...(events === undefined ? {} : { events }) },
      { ...message, standing },
    );

    expect(channel.received.map(({ path }) => path)).toEqual(paths);
  });
});

describe('Statuspage', () => {
  const open = (scheduled: boolean) =>
    JSON.stringify([
      { id: 'other', metadata: {} },
      {
        id: 'i1',
        ...(scheduled ? { scheduled_for: 'x' } : {}),
        metadata: { 'boring-deploys': { subject: 'octo-org/shop production' } },
      },
    ]);
  const page = (url: string) => ({ key: '${KEY}', page: 'p1', components: ['c1'], url });

  test('gets an incident that says no figures and notifies nobody unless asked', async () => {
    const { channel, notify, pauses } = await ground(({ method }) =>
      method === 'GET' ? ok('[]') : { status: 201, body: '{"id":"i1"}' },
    );

    await notify('statuspage', page(channel.url), message);

    expect(channel.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/pages/p1/incidents/unresolved',
      'POST /v1/pages/p1/incidents',
    ]);
    expect(channel.received[1]?.headers.authorization).toBe(`OAuth ${secret}`);
    expect(bodyOf(channel.received[1]).incident).toMatchObject({
      status: 'monitoring',
      deliver_notifications: false,
      component_ids: ['c1'],
    });
    expect(bodyOf(channel.received[1]).incident.body).not.toContain('4.1');
    // One call a second is what a token may do.
    expect(pauses).toEqual([1100]);
  });

  test('ends what is open when the deployment is done, and opens nothing then', async () => {
    const { channel, notify } = await ground(({ method }) => (method === 'GET' ? ok(open(false)) : ok('{}')));

    await notify('statuspage', page(channel.url), { ...message, event: 'done', standing: 'over' });

    expect(channel.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/pages/p1/incidents/unresolved',
      'PATCH /v1/pages/p1/incidents/i1',
    ]);
    expect(bodyOf(channel.received[1]).incident.status).toBe('resolved');
  });

  test('shows a start as maintenance under way with its end', async () => {
    const { channel, notify } = await ground(({ method }) => (method === 'GET' ? ok('[]') : ok('{}')));

    await notify('statuspage', page(channel.url), { ...message, event: 'start', standing: 'begins' });

    expect(bodyOf(channel.received[1]).incident).toMatchObject({
      status: 'in_progress',
      scheduled_for: '2026-11-20T14:00:00.000Z',
      scheduled_until: '2026-11-20T15:00:00.000Z',
    });
  });
});

test('a webhook gets the message as JSON, signed with its secret over the very bytes', async () => {
  const { channel, notify } = await ground(() => ok());

  await notify('webhook', { url: '${HOOK}', secret: '${KEY}', headers: { 'X-Team': 'shop' } }, message);

  const [call] = channel.received;
  const signature = createHmac('sha256', secret)
    .update(call?.body ?? '')
    .digest('hex');
  expect(call?.headers).toMatchObject({ 'x-signature-256': `sha256=${signature}`, 'x-team': 'shop' });
  expect(bodyOf(call)).toMatchObject({
    schema: 1,
    event: 'rolled-back',
    repository: 'octo-org/shop',
    version: 'v1.8.0',
  });
});

test('a command finds the message in its environment, mail its addresses too; nothing is spliced into the line', async () => {
  const { notify, commands } = await ground(() => ok());

  await notify('command', './ops/tell.sh', message);
  await notify('mail', { to: 'ops@example.org', command: ['./ops/mail.sh'] }, message);

  expect(commands.map(({ line, env }) => [line, env?.ANNOUNCE_TITLE, env?.ANNOUNCE_TO])).toEqual([
    ['./ops/tell.sh', message.title, undefined],
    [['./ops/mail.sh'], message.title, 'ops@example.org'],
  ]);
  expect(await notify('mail', 'ops@example.org', message)).toMatchObject({
    kind: 'refused',
    because: expect.stringContaining('command'),
  });
});

test('the issue channel says it on GitHub with its label', async () => {
  const { notify, said } = await ground(() => ok());

  await notify('issue', true, message);

  expect(said).toEqual(['announcement: rolled-back production 9001']);
});

describe('a channel in trouble', () => {
  test.each<[string, (at: number) => Reply | undefined, number, number[], string]>([
    [
      'asks to wait 2 s',
      (at) => (at === 1 ? { status: 429, headers: { 'retry-after': '2' } } : ok()),
      2,
      [2000],
      'taken',
    ],
    ['breaks twice', (at) => (at < 3 ? { status: 503 } : ok()), 3, [1000, 2000], 'taken'],
    ['breaks for good', () => ({ status: 503 }), 3, [1000, 2000], 'refused'],
    ['does not answer', () => undefined, 3, [1000, 2000], 'refused'],
    ['asks to wait an hour', () => ({ status: 429, headers: { 'retry-after': '3600' } }), 1, [], 'refused'],
    ['knows no such hook', () => ({ status: 404, body: 'no_service' }), 1, [], 'refused'],
  ])('that %s', async (_, answers, calls, pauses, kind) => {
    const here = await ground((_call, at) => answers(at));

    const posted = await here.notify('slack', '${HOOK}', message);

    expect(posted.kind).toBe(kind);
    expect(here.channel.received).toHaveLength(calls);
    expect(here.pauses).toEqual(pauses);
  });

  test('is told without its address and without keys', async () => {
    const { channel, notify } = await ground(({ path }) => ({
      status: 400,
      body: `bad call of http://x.example${path}`,
    }));

    const posted = await notify('slack', '${HOOK}', message);
    const keyed = await notify('pagerduty', { key: '${KEY}', url: channel.url }, message);

    expect(posted).toEqual({ kind: 'refused', because: 'it answered 400: bad call of …' });
    expect(JSON.stringify([posted, keyed])).not.toContain(secret);
  });

  test('whose variable is not set names the variable', async () => {
    const { notify } = await ground(() => ok(), { env: () => undefined });

    expect(await notify('slack', '${HOOK}', message)).toMatchObject({
      kind: 'refused',
      because: expect.stringContaining('HOOK'),
    });
  });
});
