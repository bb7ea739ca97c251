// A rollback tells people, through its bundle: what stands in a message, that no secret does, and that a dead channel is no part of the verdict.
import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type Channel, openChannel } from '../io/notifiers/channel.ts';
import { errorsOf, shownBy, townOfBundles, warningsOf } from './ground.ts';
import { prepared, press } from './rollback-ground.ts';

const policy = `version: 1
env: [SHOP_URL, ROUTER_URL, BLUE_URL, GREEN_URL, SLACK_URL, HOOK_URL, HOOK_SECRET, DEAD_URL]
environments: {production: {url: "\${SHOP_URL}"}}
traffic:
  router: http
  url: "\${ROUTER_URL}/weights"
  sides: [blue, green]
  at: {blue: "\${BLUE_URL}", green: "\${GREEN_URL}"}
  version: {path: /version, field: version}
rollback: {min-age: 0s, verify: [version]}
announce:
  - {id: team, when: [rolled-back, refused], slack: "\${SLACK_URL}"}
  - {id: archive, when: [rolled-back, refused], webhook: {url: "\${HOOK_URL}", secret: "\${HOOK_SECRET}"}}
  - {id: nobody, when: [rolled-back], webhook: "\${DEAD_URL}"}
`;

test('a rollback is told on every channel; the dead one is a warning, and the secrets stand nowhere', async () => {
  const channels: Channel[] = [];
  const open = async (answers: Parameters<typeof openChannel>[0]) => {
    const channel = await openChannel(answers);
    channels.push(channel);
    return channel;
  };
  const slack = await open(() => ({ status: 200, body: 'ok' }));
  const hook = await open(() => ({ status: 204 }));
  const dead = await open(() => undefined);
  const town = await townOfBundles({ policy, running: false });
  try {
    const ground = await prepared(town, 'production');
    const env = {
      SLACK_URL: `${slack.url}/services/T0/B0/slack-secret-7d1f`,
      HOOK_URL: `${hook.url}/hook?token=hook-secret-93ab`,
      HOOK_SECRET: 'hmac-secret-55ee',
      DEAD_URL: `${dead.url}/dead-secret-12cd`,
    };

    const { job, step } = press(town, ground, undefined, env);
    const done = await step.result;
    const ended = await job.finish();

    expect(errorsOf(done)).toEqual([]);
    expect(done.outputs).toMatchObject({ verdict: 'restored', 'target-sha': ground.good });
    expect(warningsOf(done).filter((one) => one.includes('nobody'))).toHaveLength(1);
    const [message, ...more] = slack.received.map(({ body }) => body);
    expect(more).toEqual([]);
    for (const word of ['roll', ground.good.slice(0, 7), ground.bad.sha.slice(0, 7), 'ada'])
      expect(message).toContain(word);
    expect(JSON.parse(message ?? '')).toMatchObject({ text: expect.any(String), blocks: expect.any(Array) });
    const [sent] = hook.received;
    const signature = `sha256=${createHmac('sha256', 'hmac-secret-55ee')
      .update(sent?.body ?? '')
      .digest('hex')}`;
    expect(sent?.headers['x-signature-256']).toBe(signature);
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({ event: 'rolled-back', environment: 'production' });
    const told = [done, ...ended.post].map(shownBy).join('\n');
    const kept = JSON.stringify([town.deployments(), [...town.repo.issues.values()], town.github.log]);
    for (const secret of ['slack-secret-7d1f', 'hook-secret-93ab', 'hmac-secret-55ee', 'dead-secret-12cd']) {
      expect(told).not.toContain(secret);
      expect(kept).not.toContain(secret);
      expect(`${message}${sent?.body}`).not.toContain(secret);
    }
    town.github.assertClean();
  } finally {
    await town.stop();
    for (const channel of channels) await channel.close();
  }
});
