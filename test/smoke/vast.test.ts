// A suite that is far too large, or wrong in thousands of places: told at once, with right words where somebody reads them.
import { describe, expect, test } from '@jest/globals';
import { formatFault } from '../../src/policy/fault.ts';
import { readSuite } from '../../src/smoke/suite.ts';

function faultsOf(text: string): readonly string[] {
  const read = readSuite(text, 'smoke.yml');
  return read.kind === 'faults' ? read.faults.map(formatFault) : [];
}

function checks(count: number, one: (index: number) => string): string {
  return `version: 1\nchecks:\n${Array.from({ length: count }, (_, index) => `  - ${one(index)}\n`).join('')}`;
}

describe('too many checks', () => {
  const usual = (index: number) => `{id: c${index}, http: {url: /}}`;

  test('are none as long as they are 10,000', () => {
    expect(faultsOf(checks(10_000, usual))).toEqual([]);
  });

  test.each([10_001, 200_000])('are told before any is read: %d', (count) => {
    // What is wrong within them is of no interest then.
    const text = checks(count, usual).replace('url: /}', 'ur: /}');

    expect(faultsOf(text)).toEqual([
      `smoke.yml:2:1: the suite has ${count.toLocaleString('en-US')} checks, and at most 10,000 are asked. Split it into several suites, or take checks out of it`,
    ]);
  });

  test('on few lines are too many values', () => {
    const text = `version: 1\nchecks: [${Array.from({ length: 200_000 }, (_, index) => usual(index)).join(',\n  ')}]\n`;

    expect(faultsOf(text)).toEqual([expect.stringMatching(/^smoke\.yml:1:1: the file has more than 300000 values\. /)]);
  });
});

describe('of thousands of slips', () => {
  test.each([
    ['needs', (index: number) => `{id: check-${index}, http: {url: /}, needs: [checkk-${index}]}`],
    [
      'placeholders',
      (index: number) =>
        `{id: c${index}, http: {url: "/{{ valuee_${index} }}"}, capture: {value_${index}: {json: $.a}}}`,
    ],
    [
      'requirements',
      (index: number) => `{id: c${index}, http: {url: /}, covers: [smoke-homepag${index % 10}-${index}]}`,
    ],
  ])('in %s those that are shown have a suggestion', (_name, one) => {
    const faults = faultsOf(checks(3_000, one));

    expect(faults).toHaveLength(3_000);
    expect(faults.slice(0, 100).filter((fault) => !fault.includes('Did you mean'))).toEqual([]);
    expect(new Set(faults.slice(100).map((fault) => fault.split('. ').at(-1)))).toEqual(
      new Set(['Correct it as those before it']),
    );
  });
});
