// The short guides: what their policies say is what the policy reader takes.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readPolicy } from '../src/policy/policy.ts';
import { vocabulary } from '../src/vocabulary.ts';

test('the policy of docs/announcements.md is one that the reader takes', () => {
  const guide = readFileSync('docs/announcements.md', 'utf8');
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];

  const read = readPolicy(`version: 1\n${text}`, vocabulary, { path: 'deploy-policy.yml' });

  expect(read.kind === 'policy' ? [] : read.faults).toEqual([]);
});

test('docs/announcements.md names every channel and every event', () => {
  const guide = readFileSync('docs/announcements.md', 'utf8');

  for (const channel of vocabulary.notifiers.keys()) expect(guide).toContain(`| \`${channel}\` |`);
});
