// What the change brings along: the weight of the bundle, the licences of dependencies, lock files that follow their manifests.
import type { Answers } from '../../evidence/answer.ts';
import { matches } from '../../kit/glob.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass, unknownFinding } from '../finding.ts';
import { readBundle } from '../report/bundle.ts';
import { isNamed, lets, readLicences } from '../report/licences.ts';
import { type Manifest, manifestsWithoutLock, sameDependencies } from '../report/lock-file.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { listed } from '../words.ts';
import * as worded from './words/dependencies.ts';

/** `bundle-size-limit`: the compressed bundles together are below `gzip-below`; without it, size-limit's own limits hold. */
export const bundleSizeLimit: Criterion = withOptions({
  ...worded.bundleSizeLimit,
  asks: (context, { report, from }, answers) => asksReports([report], from, context, answers),
  finds: (context, given, answers) => {
    const told = reportAt(
      placeOf(given.report, given.from, context, answers),
      'the JSON of size-limit',
      readBundle,
      answers,
    );
    if (told.kind === 'open') return told.found;
    const over = told.report.filter(({ passed }) => passed === false).map(({ name }) => name);
    if (over.length > 0) return fail(`over their own limits: ${listed(over, 3)}`, 'make them smaller', 'author');
    const sum = told.report.reduce((before, one) => before + one.bytes, 0);
    const limit = given['gzip-below'];
    const size = `${kilobytes(sum)} in ${listed(
      told.report.map(({ name }) => name),
      3,
    )}`;
    if (limit !== undefined) {
      const evidence = `${size}, needs less than ${kilobytes(limit)}${origin(context)}`;
      return sum < limit ? pass(evidence) : fail(evidence, 'make it smaller', 'author');
    }
    return told.report.every(({ passed }) => passed === true)
      ? pass(`${size}, within the limits of size-limit${origin(context)}`)
      : unknownFinding(
          `${size}, and nobody says how much it may be`,
          'name `with: gzip-below:`',
          'owner of the policy',
        );
  },
});

function kilobytes(count: number): string {
  return `${Math.round(count / 10) / 100} KB`;
}

/** `license-check`: no package under a licence of `deny`; with `allow`, each under one of those. Unnamed licences are unknown. */
export const licenseCheck: Criterion = withOptions({
  ...worded.licenseCheck,
  asks: (context, { report, from }, answers) => asksReports([report], from, context, answers),
  finds: (context, { deny, allow, except, report, from }, answers) => {
    const told = reportAt(
      placeOf(report, from, context, answers),
      'the JSON of license-checker',
      readLicences,
      answers,
    );
    if (told.kind === 'open') return told.found;
    const judged = told.report.filter(({ name }) => !except.some((one) => matches(one, name)));
    const isAllowed = (id: string) => !isNamed(id, deny) && (allow === undefined || isNamed(id, allow));
    const unnamed = judged.filter(({ licences }) =>
      licences.some((one) => /^(unknown|unlicensed|custom|see license)/i.test(one)),
    );
    const refused = judged.filter(
      (one) => !unnamed.includes(one) && !one.licences.every((words) => lets(words, isAllowed)),
    );
    const named = (some: typeof judged) =>
      listed(
        some.map(({ name, licences }) => `${name} (${licences.join(', ')})`),
        3,
      );
    if (refused.length > 0)
      return fail(`not let through: ${named(refused)}`, 'replace them, or name them under `with: except:`', 'author');
    if (unnamed.length > 0)
      return unknownFinding(
        `no licence is named for ${named(unnamed)}`,
        'look by hand and name them under `with: except:`',
        'author',
      );
    return pass(`${judged.length} packages${origin(context)}`);
  },
});

/** `dependencies-pinned`: no manifest changed its dependencies without the lock file beside or above it. */
export const dependenciesPinned: Criterion = withOptions({
  ...worded.dependenciesPinned,
  asks: ({ change }) => manifestsWithoutLock(change.files).flatMap((manifest) => texts(manifest, change)),
  finds: ({ change }, _given, answers) => {
    if (change.relation === 'identical') return notApplicable('this commit runs already');
    const alone = manifestsWithoutLock(change.files).map((manifest) => ({
      manifest,
      ...compared(manifest, change, answers),
    }));
    const open = alone.find(({ found }) => found !== undefined)?.found;
    if (open !== undefined) return open;
    const failed = alone.filter(({ same }) => same === false).map(({ manifest }) => manifest.path);
    if (failed.length > 0)
      return fail(`${listed(failed, 3)} changed without a lock file`, 'install, and commit the lock file', 'author');
    const unclear = alone.filter(({ same }) => same === undefined).map(({ manifest }) => manifest.path);
    if (unclear.length > 0)
      return unknownFinding(
        `${listed(unclear, 3)} changed and no lock file did`,
        'lock, or look whether the dependencies changed',
        'author',
      );
    return change.complete
      ? pass('no dependency changed without its lock file')
      : unknownFinding('not all files of the change are known', 'look by hand');
  },
});

function texts({ path }: Manifest, { base, sha }: Context['change']) {
  return [base, sha].filter((one) => one !== '').map((one) => ({ kind: 'file', path, sha: one }) as const);
}

function compared(manifest: Manifest, change: Context['change'], answers: Answers): { same?: boolean; found?: Found } {
  if (change.base === '') return {};
  const told = texts(manifest, change).map((question) => answers.of(question));
  const silent = told.find((answer) => answer.kind === 'unknown');
  if (silent?.kind === 'unknown') return { found: notTold(silent) };
  const [before, after] = told.flatMap((answer) => (answer.kind === 'known' ? [answer.value] : []));
  if (before === undefined || after === undefined) return {};
  const same = sameDependencies(manifest, before.found ? before.text : '{}', after.found ? after.text : '{}');
  return same === undefined ? {} : { same };
}
