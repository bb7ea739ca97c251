// The doctor on lines that nobody can answer yet: named with the ways to configure them, silent once they are.
import { expect, test } from '@jest/globals';
import { asksLines, lineSymptoms } from '../../../src/checklist/doctor/lines.ts';
import { gather } from '../../../src/evidence/round.ts';
import { effectiveOf, trustedPolicy } from '../../../src/policy/trusted.ts';
import { vocabulary } from '../../../src/vocabulary.ts';
import { memoryWorld } from '../../world/memory/world.ts';

async function linesOf(checklist: string, more = '', files: readonly string[] = []) {
  const policy = `version: 1\ntimezone: UTC\nextends: []\nchecklist: [${checklist}]\nroles: {sre: [dave]}\nplans: {direct: {stages: [{id: full, weight: 100 %, bake: 0s}]}}\n${more}`;
  const world = memoryWorld({ policy });
  for (const path of files) world.github.files.set(path, 'by: dave\nat: 2026-11-17\n');
  const place = { path: '.github/deploy-policy.yml', source: 'trusted', run: world.run } as const;
  const effective = effectiveOf(await trustedPolicy(world.ask, place, vocabulary), {
    environment: 'production',
    leg: '',
  });
  const answers = await gather(world.ask, (known) => [{ kind: 'default-branch' }, ...asksLines(effective, known)]);
  return lineSymptoms(effective, answers);
}

test('names each with what to write', async () => {
  expect(await linesOf('ci-all-green, backup-fresh, {id: waf-rules-deployed, level: warn}')).toEqual([
    {
      what: 'line backup-fresh',
      standing: 'not-configured',
      found: 'Backup fresh: nothing says what to ask, nobody attests it; the gate stays closed',
      remedy: 'Write `metrics.queries.backup-age`, or `.github/attestations/backup-fresh.yml`',
    },
    expect.objectContaining({ what: 'line waf-rules-deployed', found: expect.stringMatching(/shown as unknown$/) }),
  ]);
});

test.each([
  [
    'backup-fresh',
    'metrics: {sources: {m: {prometheus: "http://p"}}, queries: {backup-age: {value: age, unit: s}}}',
    [],
  ],
  ['backup-fresh', '', ['.github/attestations/backup-fresh.md']],
  ['{id: backup-fresh, with: {attestation: ops/backup.yml}}', '', []],
  ['{id: backup-fresh, sign-off: sre}', '', []],
  ['{id: backup-fresh, command: ./ops/backup.sh}', '', []],
  ['tls-certificate-valid', 'environments: {production: {url: "https://shop.example"}}', []],
])('says nothing of %s with %j and %j', async (line, more, files) => {
  expect(await linesOf(line, more, files)).toEqual([]);
});
