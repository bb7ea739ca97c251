// Criteria of the repository's own about one feature flag: its state, its safe default, its age, and whether both its branches are tested.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import type { FlagFact } from '../../evidence/service.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { Context, Criterion } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { asksFlag, flagTold } from '../flags.ts';
import { artifactFrom } from '../options.ts';
import { readJunit } from '../report/junit.ts';
import { asksReports, placeOf, type ReportPlace, reportAt } from '../report-file.ts';
import { ago, listed } from '../words.ts';

const shape = z.object({
  name: z.string(),
  is: z.enum(['enabled', 'disabled']).optional(),
  default: z.literal('safe').optional(),
  'max-age': z.number().optional(),
  tested: z.string().optional(),
  from: artifactFrom().optional(),
});

type Expected = z.output<typeof shape>;

/** The criterion of the evidence `flag`. Flags in a file are asked at both moments, those of a provider at deploy. */
export function byFlag(options: unknown): Pick<Criterion, 'asks' | 'finds' | 'moment'> {
  const expected = shape.parse(options);
  return {
    moment: 'deploy',
    asks: (context, answers) => [
      ...asksFlag(expected.name, context),
      ...(expected.tested === undefined ? [] : asksReports([expected.tested], expected.from, context, answers)),
    ],
    finds: (context, answers) => {
      const told = flagTold(expected.name, context, answers);
      return told.kind === 'unknown' ? notTold(told) : findFlag(expected, told.value, context, answers);
    },
  };
}

function findFlag(expected: Expected, flag: FlagFact, context: Context, answers: Answers): Found {
  const { name } = expected;
  if (!flag.found) return fail(`there is no flag ${name}`, `create ${name}, or correct its name`, '');
  const parts = [
    stateOf(expected, flag),
    ...(expected.default === undefined ? [] : [safeDefault(name, flag)]),
    ...(expected['max-age'] === undefined ? [] : [ageOf(expected['max-age'], name, flag, context.now)]),
    ...(expected.tested === undefined
      ? []
      : [testedBothWays(name, placeOf(expected.tested, expected.from, context, answers), answers)]),
  ];
  const open = parts.find(({ outcome }) => outcome === 'fail') ?? parts.find(({ outcome }) => outcome !== 'pass');
  if (open !== undefined) return open;
  const words = parts.flatMap((part) =>
    part.outcome === 'pass' && typeof part.evidence === 'string' ? [part.evidence] : [],
  );
  return pass(`${name}: ${words.join(', ')}`);
}

function stateOf({ name, is }: Expected, flag: FlagFact): Found {
  const state = flag.archived ? 'archived' : flag.enabled ? 'enabled' : 'disabled';
  if (is === undefined || is === state) return pass(state);
  return fail(`${name} is ${state}, must be ${is}`, `make ${name} ${is}`, '');
}

/** Off must be the old behaviour: what is served then is false, or what the policy lists as old. */
export function safeDefault(name: string, { off }: FlagFact, old: readonly string[] = []): Found {
  const safe = [...usualOld, ...old.map((one) => JSON.stringify(one)), ...old];
  if (off === '')
    return unknownFinding(
      `nobody tells what is served while ${name} is off`,
      `give ${name} a value for off at the provider`,
    );
  if (safe.includes(off)) return pass(`off serves ${off.slice(0, 40)}`);
  return fail(`${name} serves ${off.slice(0, 40)} while it is off`, 'let off be the old behaviour (false)', '');
}

const usualOld = ['false', '"false"', '"off"', '"old"', '"control"', '"disabled"', '0', 'null'];

function ageOf(mostMs: number, name: string, { createdAt }: FlagFact, now: number): Found {
  if (createdAt === undefined) return unknownFinding(`nobody tells how old ${name} is`, 'ask a provider that knows');
  const age = `made ${ago(createdAt, now)}`;
  if (now - createdAt <= mostMs) return pass(age);
  return fail(
    `${name}: ${age}, must not be older than ${formatDuration(mostMs)}`,
    `remove ${name} and its old branch`,
    'author',
  );
}

/** In the JUnit report at a place one passed test names the flag as on, and another as off. */
function testedBothWays(name: string, place: ReportPlace, answers: Answers): Found {
  const told = reportAt(place, 'a JUnit report', readJunit, answers);
  if (told.kind === 'open') return told.found;
  const cases = told.report.cases
    .filter((one) => one.outcome === 'passed' && one.name.includes(name))
    .map((one) => one.name);
  const ways = [
    { way: 'on', tested: cases.some((one) => /\b(on|enabled|true)\b/i.test(one)) },
    { way: 'off', tested: cases.some((one) => /\b(off|disabled|false)\b/i.test(one)) },
  ];
  const open = ways.filter(({ tested }) => !tested).map(({ way }) => way);
  if (open.length === 0) return pass('both branches tested');
  return fail(
    `no passed test of ${place.path} names ${name} ${listed(open, 2)}`,
    `test ${name} on and off, and say so in the tests' names`,
    'author',
  );
}
