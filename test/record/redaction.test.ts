// Secrets leave evidence before it is kept, wherever they hide; what finds it again stays.
import { expect, test } from '@jest/globals';
import { redact } from '../../src/kit/redact.ts';
import { checkRunOf, readRecord } from '../../src/record/keep.ts';
import { cleanEvidence } from '../../src/record/redaction.ts';
import { anEvidence, aRecord, aRow } from './evidences.ts';

const secret = 'hunter2-production';
const parts = [secret, { code: secret }, { strong: secret }, { text: secret, href: `https://x/${secret}` }];
const leaky = anEvidence({
  version: secret,
  title: secret,
  sentence: parts,
  facts: [secret, parts],
  rows: [aRow({ title: parts, who: secret, todo: parts, evidence: secret })],
  moments: [{ stage: 'canary', from: 0, to: 1, verdict: 'promote', figures: parts }],
  wayBack: parts,
  migration: secret,
  details: [{ heading: secret, lines: [parts], table: [[secret, parts]], open: true }],
  found: { url: secret, list: ['a', secret], count: 1, good: true },
});

test('no text of clean evidence holds the secret, and it still reads back', () => {
  const clean = cleanEvidence(leaky, (text) => redact(text, [secret]));

  expect(checkRunOf(leaky).text).toContain(secret);
  expect(checkRunOf(clean).text).not.toContain(secret);
  expect(readRecord(aRecord(clean))).toEqual(clean);
  expect(clean.found).toEqual({ url: '***', list: ['a', '***'], count: 1, good: true });
});

test('names that find the evidence again stay, even when a secret is the same word', () => {
  const clean = cleanEvidence(anEvidence({ verdict: 'open', unit: 'shop' }), (text) =>
    redact(text, ['production', 'open', 'shop']),
  );

  expect(clean).toMatchObject({ environment: 'production', verdict: 'open', unit: 'shop' });
});
