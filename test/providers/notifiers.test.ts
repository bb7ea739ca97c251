// What stands under a notifier's name: addresses as a short form, secrets only by the name of a variable, unknown keys refused.
import { describe, expect, test } from '@jest/globals';
import { notifiers } from '../../src/providers/notifiers.ts';

const key = '${KEY}';

describe('the options of a channel', () => {
  test.each<[string, unknown, boolean]>([
    ['slack', '${HOOK}', true],
    ['slack', { token: key, channel: 'C1' }, true],
    ['slack', { token: 'xoxb-1', channel: 'C1' }, false],
    ['slack', { token: key }, false],
    ['teams', { url: '${HOOK}' }, true],
    ['teams', { url: '${HOOK}', colour: 'red' }, false],
    ['teams', '', false],
    ['discord', { url: '${HOOK}', username: 'deploys' }, true],
    ['pagerduty', key, true],
    ['pagerduty', 'R0UTINGKEY', false],
    ['pagerduty', { key, events: 'changes' }, true],
    ['pagerduty', { key, events: 'some' }, false],
    ['statuspage', { key, page: 'p1' }, true],
    ['statuspage', { key }, false],
    ['statuspage', { key: 'abc', page: 'p1' }, false],
    ['webhook', { url: 'https://hooks.example', secret: key }, true],
    ['webhook', { url: 'https://hooks.example', secret: 'abc' }, false],
    ['issue', true, true],
    ['issue', { label: 'news' }, true],
    ['issue', false, false],
    ['command', './ops/tell.sh', true],
    ['command', { command: ['./ops/tell.sh', '-v'] }, true],
    ['mail', 'ops@example.org', true],
    ['mail', { to: ['a@example.org'], command: './ops/mail.sh' }, true],
  ])('%s: %j is taken: %s', (name, options, taken) => {
    expect(notifiers.get(name)?.().safeParse(options).success).toBe(taken);
  });
});
