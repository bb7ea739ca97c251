// Break-glass calls its owners by one issue; nobody else is called for anything.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { raiseAlarm } from '../../src/shell/alarm.ts';
import { everything, type Ground, openGround } from '../io/github/ground.ts';
import { anEvidence } from '../record/evidences.ts';
import { memoryWorld } from '../world/memory/world.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const broken = {
  'break-glass': true,
  'override-by': 'alice',
  'override-reason': 'the <b>runner</b> pool is broken, @everyone',
  'override-owners': ['dave', 'erin', 'not a login'],
  waived: ['ci-all-green'],
};

async function raised(found: Parameters<typeof anEvidence>[0], token = everything) {
  const github = ground.github({}, token);
  const world = { ...memoryWorld(), ask: github.ask };
  const evidence = anEvidence(found);
  for (let turn = 0; turn < 2; turn += 1)
    await raiseAlarm({ world, github, secrets: () => [] }, evidence, `${world.run.serverUrl}/octo-org/shop/pull/1`);
  const issues = await github.ask({ kind: 'issues', since: 0 } as never);
  return {
    issues: issues.kind === 'known' ? (issues.value as readonly { title: string; body: string }[]) : [],
    told: world.told,
  };
}

describe('an alarm', () => {
  test('opens one issue that mentions the owners and says who, what and why, with nobody’s Markdown', async () => {
    const { issues, told } = await raised({ found: broken });

    expect(issues).toHaveLength(1);
    expect(issues[0]?.title).toBe('Break-glass on production by alice');
    expect(issues[0]?.body).toMatch(
      /@dave @erin \*\*alice\*\* set aside ci-all-green for production with break-glass: /,
    );
    expect(issues[0]?.body).not.toContain('<b>');
    expect(issues[0]?.body).not.toMatch(/@everyone|@not/);
    expect(told.join()).toContain('The owners were called: https://');
  });

  test.each([
    ['an override by a role', { ...broken, 'break-glass': false }],
    ['no override', {}],
  ])('is not raised by %s', async (_, found) => {
    expect((await raised({ found })).issues).toEqual([]);
  });

  test('that cannot be raised is a warning that names the permission', async () => {
    const { issues, told } = await raised({ found: broken }, { permissions: { contents: 'read' } });

    expect(issues).toEqual([]);
    expect(told.join()).toMatch(/warn: no issue was opened: .*issues/);
  });
});
