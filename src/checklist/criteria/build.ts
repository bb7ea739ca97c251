// What was built, looked at in the workspace: no source maps, names with the digest of their content, nothing amiss in the log.
import type { Answers } from '../../evidence/answer.ts';
import { anyMatches } from '../../kit/glob.ts';
import { asksWord, findWord } from '../attestation.ts';
import { buildFolder } from '../build-folder.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { readBuildLog } from '../report/build-log.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { counted, listed } from '../words.ts';
import * as worded from './words/build.ts';

const usualFolder = 'dist';

/** Scripts and styles are read whole to find maps inside them; more than this would fill the runner's memory (ours). */
const mostBytes = 50_000_000;
const mostScripts = 500;

/** `source-maps-excluded`: no source map in the folder, neither as a file nor inside a script or style. */
export const sourceMapsExcluded: Criterion = withOptions({
  ...worded.sourceMapsExcluded,
  asks: (context, given, answers) => [
    { kind: 'workspace-paths', folder: given.folder },
    ...(isMissing(given.folder, answers) ? asksWord(given, context, answers) : []),
    ...scripts(given.folder, answers).map((path) => ({ kind: 'workspace-file', path }) as const),
  ],
  finds: (context, given, answers) => {
    const told = buildFolder(given.folder, answers);
    if (told.kind === 'open') return told.found;
    if (told.kind === 'nothing') return withoutFolder(given, context, answers);
    const maps = told.files.map(({ path }) => path).filter((path) => /\.(m?js|cjs|css)\.map$/.test(path));
    if (maps.length > 0)
      return fail(`shipped: ${listed(maps, 3)}`, 'build without source maps, or keep them out', 'author');
    const read = scripts(given.folder, answers);
    if (read.length === 0 && told.files.some(({ path }) => isScript(path)))
      return unknownFinding(`${given.folder} is too large to look into`, 'name a smaller folder under `with: folder:`');
    const inside = read.filter((path) => /sourceMappingURL=data:/.test(textOf(path, answers) ?? ''));
    if (inside.length > 0) return fail(`inside ${listed(inside, 3)}`, 'build without inline source maps', 'author');
    const unread = read.find((path) => textOf(path, answers) === undefined);
    if (unread !== undefined)
      return unknownFinding(`${unread} cannot be read`, 'look whether it holds a map', 'author');
    return pass(`none in ${counted(told.files.length, 'file', 'files')} of ${given.folder}${origin(context)}`);
  },
});

function isScript(path: string): boolean {
  return /\.(m?js|cjs|css)$/.test(path);
}

/** The scripts and styles that are looked into: all, or none when they are too many. */
function scripts(folder: string, answers: Answers): readonly string[] {
  const files = (answers.value({ kind: 'workspace-paths', folder })?.files ?? []).filter(({ path }) => isScript(path));
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
  return bytes > mostBytes || files.length > mostScripts ? [] : files.map(({ path }) => path);
}

function textOf(path: string, answers: Answers): string | undefined {
  const told = answers.value({ kind: 'workspace-file', path });
  return told?.found === true ? told.text : undefined;
}

/** Where servers and hosts are told which cache headers to send. */
const headerFiles = [
  '{,public/,static/}_headers',
  '{vercel,firebase,staticwebapp.config}.json',
  'netlify.toml',
  '**/nginx*.conf',
  '**/{.htaccess,Caddyfile}',
];
const mostHeaderFiles = 5;

/** `assets-fingerprinted`: each asset's name carries the digest of its content, and a file of the repository lets it be cached for long. */
export const assetsFingerprinted: Criterion = withOptions({
  ...worded.assetsFingerprinted,
  asks: (context, given, answers) => [
    { kind: 'workspace-paths', folder: given.folder },
    ...(isMissing(given.folder, answers) ? asksWord(given, context, answers) : []),
    ...(given.headers === undefined ? [{ kind: 'paths', sha: context.change.sha } as const] : []),
    ...headerPaths(given.headers, context, answers).map(
      (path) => ({ kind: 'file', path, sha: context.change.sha }) as const,
    ),
  ],
  finds: (context, given, answers) => {
    const told = buildFolder(given.folder, answers);
    if (told.kind === 'open') return told.found;
    if (told.kind === 'nothing') return withoutFolder(given, context, answers);
    const judged = told.files
      .map(({ path }) => path)
      .filter((path) => anyMatches(given.assets, path) && !anyMatches(given.except, path));
    if (judged.length === 0)
      return unknownFinding(`no asset in ${given.folder}`, 'name them under `with: assets:`', 'author');
    const bare = judged.filter((path) => !isFingerprinted(path));
    if (bare.length > 0)
      return fail(
        `without a digest: ${listed(bare, 3)}`,
        'let the bundler name them, or list them under `with: except:`',
        'author',
      );
    return cached(given.headers, judged.length, context, answers);
  },
});

/** The last part of the name before the ending, eight letters and digits at least, which no word of a language looks like. */
function isFingerprinted(path: string): boolean {
  const token = /[.\-_~]([A-Za-z0-9_-]{8,})(?:\.(?:min|chunk|module))?\.[a-z0-9]+$/.exec(
    path.split('/').at(-1) ?? '',
  )?.[1];
  const last = token?.split(/[-_](?=[A-Za-z0-9]{8,}$)/).at(-1) ?? '';
  return /\d/.test(last) || (/[a-z]/.test(last) && /[A-Z]/.test(last.slice(1)));
}

function headerPaths(headers: string | undefined, { change }: Context, answers: Answers): readonly string[] {
  if (headers !== undefined) return [headers];
  const paths = answers.value({ kind: 'paths', sha: change.sha })?.paths ?? [];
  return paths.filter((path) => anyMatches(headerFiles, path)).slice(0, mostHeaderFiles);
}

/** A month (ours): shorter would fetch again what cannot have changed. */
const longSeconds = 30 * 24 * 60 * 60;

function cached(headers: string | undefined, count: number, context: Context, answers: Answers): Found {
  const names = `${counted(count, 'asset', 'assets')} by name`;
  for (const path of headerPaths(headers, context, answers)) {
    const told = answers.of({ kind: 'file', path, sha: context.change.sha });
    if (told.kind === 'unknown') return notTold(told);
    if (isLong(told.value.text)) return pass([`${names}, cached by `, { text: path, href: told.value.url }]);
  }
  return unknownFinding(
    `${names}; nobody says that they may be cached for long`,
    ['name the file that sets ', { code: 'Cache-Control' }, ' under ', { code: 'with: headers:' }],
    'author',
  );
}

function isLong(text: string): boolean {
  const ages = [...text.matchAll(/max-age\s*=\s*(\d{1,10})/g)].map(([, seconds]) => Number(seconds));
  return (
    ages.some((seconds) => seconds >= longSeconds) ||
    /\bimmutable\b/.test(text) ||
    /\bexpires\s+(1y|max|\d+d)\b/.test(text)
  );
}

function isMissing(folder: string, answers: Answers): boolean {
  return answers.value({ kind: 'workspace-paths', folder })?.files.length === 0;
}

/** A folder that was named must be there; without one somebody's word counts. */
function withoutFolder(
  given: {
    readonly folder: string;
    readonly attestation?: string | undefined;
    readonly 'max-age'?: number | undefined;
  },
  context: Context,
  answers: Answers,
): Found {
  if (given.folder === usualFolder) return findWord(given, context, answers, ['with: folder:']);
  const todo = 'build in a step before the gate, or correct `with: folder:`';
  return unknownFinding(`there is nothing in ${given.folder}`, todo, 'author');
}

/** `no-console-errors-in-build`: the log or the console report of the production build has neither errors nor warnings. */
export const noConsoleErrors: Criterion = withOptions({
  ...worded.noConsoleErrors,
  asks: (context, given, answers) =>
    given.report === undefined
      ? asksWord(given, context, answers)
      : asksReports([given.report], given.from, context, answers),
  finds: (context, given, answers) => {
    if (given.report === undefined) return findWord(given, context, answers, ['with: report:']);
    const place = placeOf(given.report, given.from, context, answers);
    const told = reportAt(place, 'the log of the build', readBuildLog, answers);
    if (told.kind === 'open') return told.found;
    const open = told.report.faults.filter((line) => !given.except.some((words) => line.includes(words)));
    if (open.length > 0)
      return fail(
        `${open.length}: ${listed(open, 2)}`,
        'mend them, or let them through under `with: except:`',
        'author',
      );
    return pass(`${counted(told.report.lines, 'line', 'lines')} without any${origin(context)}`);
  },
});
