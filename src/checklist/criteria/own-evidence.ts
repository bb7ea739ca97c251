// Criteria of the repository's own, by the kind of evidence they name: file, changed, report, attestation, command; the others are beside it.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { anyMatches } from '../../kit/glob.ts';
import { matchWhen } from '../../policy/change-facts.ts';
import { whenOf } from '../../policy/checklist-parts.ts';
import type { ChecklistItem } from '../../policy/parts.ts';
import { when } from '../../policy/shape/people.ts';
import { findAttestation } from '../attestation.ts';
import type { Context, Criterion } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass, unknownFinding } from '../finding.ts';
import { artifactFrom, severities, severity } from '../options.ts';
import { readJunit } from '../report/junit.ts';
import { readVulnerabilities } from '../report/vulnerabilities.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { listed } from '../words.ts';
import { byFlag } from './flag-evidence.ts';
import { byMetric } from './metric-evidence.ts';
import { networkCriterion } from './network-evidence.ts';
import { bySql } from './sql-evidence.ts';

type Own = Pick<Criterion, 'asks' | 'finds' | 'moment'>;

const ms = z.number().min(0).optional();
const attestationShape = z.object({ path: z.string(), 'max-age': ms });

/** The criterion of a line with evidence of its own; undefined for a kind that nothing in this release asks. */
export function ownCriterion(item: ChecklistItem, title: string): Criterion | undefined {
  const own = item.evidence === undefined ? undefined : ownOf(item.evidence.kind, item.evidence.options);
  return own === undefined ? undefined : { ...own, id: item.id, title };
}

function ownOf(kind: string, options: unknown): Own | undefined {
  switch (kind) {
    case 'file':
      return byFile(fileShape.parse(options));
    case 'changed':
      return byChange(changedShape.parse(options));
    case 'report':
      return byReport(reportShape.parse(options));
    case 'attestation':
      return attestation(attestationShape.parse(options));
    case 'command':
      return byCommand(commandShape.parse(options));
    case 'metric':
      return byMetric(options);
    case 'sql':
      return bySql(options);
    case 'flag':
      return byFlag(options);
    default:
      return networkCriterion(kind, options);
  }
}

const fileShape = z.object({ path: z.string(), contains: z.string().optional(), 'max-age': ms });

/** A file of the repository at the judged commit, not empty, with the words it must hold. */
function byFile(given: z.output<typeof fileShape>): Own {
  return {
    moment: 'review',
    asks: (context) => [fileOf(given.path, context)],
    finds: (context, answers) => {
      const told = answers.of(fileOf(given.path, context));
      if (told.kind === 'unknown') return notTold(told);
      const link = { text: given.path, href: told.value.url };
      if (!told.value.found || told.value.text.trim() === '')
        return fail(`${given.path} is missing or empty`, `write ${given.path}`, 'author');
      if (given.contains !== undefined && !told.value.text.includes(given.contains))
        return fail([link, ` does not say “${given.contains}”`], `say it in ${given.path}`, 'author');
      const isNew = context.change.files.some(({ path, status }) => path === given.path && status !== 'removed');
      if (given['max-age'] === undefined || isNew) return pass([link]);
      const todo = 'change the file, or take an attestation that says its own date';
      return unknownFinding([link, ' is there; nobody can tell since when'], todo, 'author');
    },
  };
}

const changedShape = z.object({ paths: z.array(z.string()), count: z.int().optional(), when: when().optional() });

/** So many files of `paths` change (default: one at least); `count: 0` means that none may. */
function byChange(given: z.output<typeof changedShape>): Own {
  return {
    moment: 'review',
    asks: () => [],
    finds: ({ change, policy }) => {
      const condition = given.when === undefined ? undefined : whenOf(given.when);
      if (condition !== undefined && matchWhen(condition, change.facts, policy.areas) === undefined)
        return notApplicable('not asked of this kind of change');
      const paths = change.files.map(({ path }) => path).filter((path) => anyMatches(given.paths, path));
      const wanted = given.count ?? 1;
      const words = paths.length === 0 ? `none of ${listed(given.paths, 3)} changed` : listed(paths, 3);
      if (wanted === 0 && paths.length > 0) return fail(words, 'take these files out of the change', 'author');
      if (wanted > 0 && paths.length >= wanted) return pass(words);
      if (!change.complete) return unknownFinding('not all files of the change are known', 'look by hand', 'author');
      return wanted === 0
        ? pass(words)
        : fail(`${words}, needs ${wanted}`, `change ${listed(given.paths, 3)} too`, 'author');
    },
  };
}

const reportShape = z.object({
  path: z.string(),
  format: z.string().optional(),
  max: z.string().optional(),
  from: artifactFrom().optional(),
});

/** `junit`: no test failed; any scanner's report: nothing above `max` (default medium). Without a format both are tried. */
function byReport(given: z.output<typeof reportShape>): Own {
  const { path, from } = given;
  return {
    moment: 'review',
    asks: (context, answers) => asksReports([path], from, context, answers),
    finds: (context, answers) => {
      const format = given.format ?? (given.max === undefined ? '' : 'scan');
      const isScan = ['scan', 'sarif', 'npm-audit', 'trivy', 'osv'].includes(format);
      if (format !== '' && format !== 'junit' && !isScan)
        return unknownFinding(
          `reports of the format ${format} are not read`,
          'give junit, sarif, npm-audit, trivy or osv',
        );
      const place = placeOf(path, from, context, answers);
      const scan = format === 'junit' ? undefined : reportAt(place, 'a scanner’s report', readVulnerabilities, answers);
      if (scan?.kind === 'report') return ofScan(given, scan.report.counts, context);
      if (scan !== undefined && isScan) return scan.found;
      const tests = reportAt(place, 'a JUnit report', readJunit, answers);
      if (tests.kind === 'open') return tests.found;
      const failed = tests.report.cases.filter(({ outcome }) => outcome === 'failed');
      const passed = tests.report.cases.filter(({ outcome }) => outcome === 'passed');
      if (failed.length > 0)
        return fail(
          `failed: ${listed(
            failed.map(({ name }) => name.slice(0, 80)),
            3,
          )}`,
          'mend what failed',
          'author',
        );
      return passed.length === 0
        ? unknownFinding(`${path} has no test that ran`, 'run the tests', 'author')
        : pass(`${passed.length} passed${origin(context)}`);
    },
  };
}

function ofScan(
  given: z.output<typeof reportShape>,
  counts: Readonly<Record<string, number>>,
  context: Context,
): Found {
  const max = severity().safeParse(given.max ?? 'medium');
  if (!max.success) return unknownFinding(`max: ${given.max} is no severity`, `give one of ${severities.join(', ')}`);
  const above = severities.slice(severities.indexOf(max.data) + 1).filter((name) => (counts[name] ?? 0) > 0);
  if (above.length === 0) return pass(`${given.path}: nothing above ${max.data}${origin(context)}`);
  const words = above.map((name) => `${counts[name]} ${name}`).join(', ');
  return fail(`${words}, lets ${max.data} through`, `mend them: ${given.path} names them`, 'author');
}

const commandShape = z.union([z.string(), z.array(z.string())]);

/** A command that takes longer has hung (ours): a gate asks, it does not work. */
const commandTimeoutMs = 10 * 60 * 1000;

/** A command of the trusted policy in the workspace, at deploy only: exit code 0 passes, any other fails. */
function byCommand(line: z.output<typeof commandShape>): Own {
  const question: QuestionOf<'command'> = { kind: 'command', line, timeoutMs: commandTimeoutMs };
  return {
    moment: 'deploy',
    asks: ({ moment }) => (moment === 'deploy' ? [question] : []),
    finds: ({ moment }, answers) =>
      moment === 'deploy'
        ? judgedCommand(question, answers)
        : unknownFinding('commands are not run on pull requests', 'remove `moment: review`: it is asked at deploy'),
  };
}

function judgedCommand(question: QuestionOf<'command'>, answers: Answers): Found {
  const told = answers.of(question);
  if (told.kind === 'unknown') return notTold(told);
  const { code, timedOut, said } = told.value;
  const words = said === '' ? '' : `: ${said}`;
  if (timedOut) return unknownFinding(`it did not end within ${formatDuration(question.timeoutMs)}`, 'make it quicker');
  // What a shell says when there is no such program, or none that may run: then nothing was checked.
  if (code === 126 || code === 127)
    return unknownFinding(`it could not run (exit ${code})${words}`, 'install what it needs before the gate');
  return code === 0 ? pass(`exit 0${words}`) : fail(`exit ${code}${words}`, 'see the log of this step', '');
}

function attestation({ path, 'max-age': maxAgeMs }: z.output<typeof attestationShape>): Own {
  return {
    moment: 'review',
    asks: (context) => [fileOf(path, context)],
    finds: (context, answers) => findAttestation({ path, maxAgeMs }, context, answers),
  };
}

function fileOf(path: string, { change }: Context): QuestionOf<'file'> {
  return { kind: 'file', path, sha: change.sha };
}
