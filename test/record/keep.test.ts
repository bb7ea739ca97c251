// Evidence as a check run and back; what is forged, moved or changed is no record.
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { RecordFact } from '../../src/evidence/fact.ts';
import { checkRunOf, readRecord, recordName, textLimit, wholeDigest } from '../../src/record/keep.ts';
import { shaOf } from './deployments.ts';
import { anEvidence, aRecord, aRow } from './evidences.ts';

describe('checkRunOf', () => {
  test('names action, environment, unit and leg, leaving out what is empty', () => {
    expect(recordName(anEvidence())).toBe('boring-deploys / pre-deploy-gate / production');
    expect(recordName(anEvidence({ action: 'migrate', unit: 'shop', leg: 'eu' }))).toBe(
      'boring-deploys / migrate / production / shop / eu',
    );
  });

  test('binds moment, run, attempt, job and the digest of the text', () => {
    const { externalId, text } = checkRunOf(anEvidence({ moment: 'review' }));

    expect(externalId).toBe(`v1:review:100:1:deploy:${createHash('sha256').update(text).digest('hex')}`);
  });

  const rows = Array.from({ length: 40 }, (_, index) => aRow({ id: `r${index}`, todo: 'x'.repeat(1_000) }));
  const many = Array.from({ length: 2_000 }, (_, index) =>
    aRow({ id: `r${index}`, outcome: index === 0 ? 'fail' : 'pass' }),
  );
  const lines = Array.from({ length: 700 }, () => 'y'.repeat(100));
  test.each([
    ['many details', anEvidence({ details: [{ heading: 'log', lines, table: [] }] })],
    [
      'details in letters of three bytes',
      anEvidence({ details: [{ heading: 'log', lines: lines.slice(0, 300).map(() => '界'.repeat(100)), table: [] }] }),
    ],
    ['long rows', anEvidence({ rows: [...rows, ...rows] })],
    ['thousands of rows', anEvidence({ rows: many })],
    ['a huge sentence', anEvidence({ sentence: 'z'.repeat(100_000) })],
    ['huge findings', anEvidence({ found: { log: 'z'.repeat(100_000) } })],
  ])('keeps a text with %s within the limit, readable, with the digest of the whole', (_, evidence) => {
    const read = readRecord(aRecord(evidence));

    expect(Buffer.byteLength(checkRunOf(evidence).text)).toBeLessThanOrEqual(textLimit);
    expect(read?.found[wholeDigest]).toBe(createHash('sha256').update(JSON.stringify(evidence)).digest('hex'));
    expect(read).toMatchObject({ verdict: 'open', sha: evidence.sha });
  });

  test('drops details before it shortens a row, and open rows never before the others', () => {
    const detailed = anEvidence({ rows: rows.slice(0, 20), details: [{ heading: 'log', lines, table: [] }] });

    expect(readRecord(aRecord(detailed))).toMatchObject({ details: [], rows: detailed.rows });
    expect(readRecord(aRecord(anEvidence({ rows: many })))?.rows).toEqual([many[0]]);
  });
});

describe('readRecord', () => {
  test('gives back what was kept', () => {
    const evidence = anEvidence({ rows: [aRow({ title: [{ code: 'x' }, ' y'] })], found: { passed: 14 } });

    expect(readRecord(aRecord(evidence))).toEqual(evidence);
  });

  const genuine = aRecord(anEvidence());
  const other = aRecord(anEvidence({ verdict: 'closed' }));
  const forged: readonly [string, Partial<RecordFact>][] = [
    ['another app made it', { app: 'evil-app' }],
    ['its name is another action’s', { name: 'boring-deploys / rollback / production' }],
    ['its name is not ours', { name: 'test' }],
    ['it stands on another commit', { sha: shaOf('c') }],
    ['its text was changed', { text: other.text }],
    ['its digest was changed', { externalId: other.externalId }],
    ['it claims another moment', { externalId: genuine.externalId.replace(':deploy:', ':review:') }],
    ['it is of a later version', { externalId: genuine.externalId.replace('v1', 'v2') }],
    ['it has no external id', { externalId: '' }],
  ];
  test.each(forged)('refuses it when %s', (_, change) => {
    expect(readRecord({ ...genuine, ...change })).toBeUndefined();
  });

  test.each([
    ['is no JSON', 'hello'],
    ['has an unknown key', JSON.stringify({ ...anEvidence(), extra: 1 })],
    ['has an action we do not know', JSON.stringify({ ...anEvidence(), action: 'deploy' })],
  ])('refuses a text that %s, though its digest is right', (_, text) => {
    const digest = createHash('sha256').update(text).digest('hex');

    expect(readRecord({ ...genuine, text, externalId: `v1:deploy:1:1:j:${digest}` })).toBeUndefined();
  });

  test('takes the records of another app only when it is configured', () => {
    const record = { ...genuine, app: 'acme-deployer' };

    expect(readRecord(record, ['acme-deployer'])).toBeDefined();
    expect(readRecord(genuine, ['acme-deployer'])).toBeUndefined();
  });

  test('reads a job whose name holds colons', () => {
    const evidence = anEvidence({ run: { ...anEvidence().run, job: 'deploy: eu' } });

    expect(readRecord(aRecord(evidence))).toEqual(evidence);
  });
});
