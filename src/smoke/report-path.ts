// Which files the patterns of `ingest` mean: paths, or globs such as `target/surefire-reports/TEST-*.xml`, a leading `!` takes away again.
import { matches } from '../kit/glob.ts';
import type { SmokePort } from './port.ts';

type Files = Pick<SmokePort['files'], 'walk'>;

const mostFiles = 1_000;
const mostBytes = 50 * 1_048_576;

/** Paths of the reports, sorted within each pattern; or why nobody can say which they are, also where a pattern matches no file. */
export async function reportPaths(
  files: Files,
  patterns: readonly string[],
): Promise<readonly string[] | { readonly because: string }> {
  const without = patterns.filter((one) => one.startsWith('!')).map((one) => plain(one.slice(1)));
  const found = new Map<string, number>();
  for (const pattern of patterns.filter((one) => !one.startsWith('!')).map(plain)) {
    const told = isGlob(pattern) ? await matching(files, pattern) : [{ path: pattern, bytes: 0 }];
    if ('because' in told) return told;
    const left = told.filter(({ path }) => !without.some((one) => matches(one, path)));
    if (left.length === 0) return { because: `there is no report: no file matches ${pattern}` };
    for (const { path, bytes } of left) found.set(path, bytes);
  }
  const bytes = [...found.values()].reduce((sum, one) => sum + one, 0);
  if (found.size > mostFiles) return { because: `${found.size} files match, more than ${mostFiles}` };
  if (bytes > mostBytes)
    return { because: `the files that match have ${Math.ceil(bytes / 1_048_576)} MiB, more than 50` };
  return [...found.keys()];
}

function isGlob(pattern: string): boolean {
  return /[*?]|\{.*\}/.test(pattern);
}

/** Without `./` and doubled slashes: paths of files have none. */
function plain(pattern: string): string {
  return pattern
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** What is installed brings reports of its own tests: it is looked into only where the pattern names it. */
async function matching(files: Files, pattern: string) {
  const folders = pattern.split('/').slice(0, -1);
  const first = folders.findIndex(isGlob);
  const folder = folders.slice(0, first < 0 ? folders.length : first).join('/') || '.';
  const told = await files.walk(folder, pattern.includes('node_modules') ? [] : ['node_modules']);
  if (!told.complete)
    return { because: `too many files lie below ${folder} to find ${pattern}: name the folder of the reports` };
  return told.files.filter(({ path }) => matches(pattern, path));
}
