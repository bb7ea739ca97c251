// What a file of settings says of pools, circuit breakers and caches, against the numbers of the policy.
import { formatDuration } from '../../kit/duration.ts';
import { asksWord, findWord } from '../attestation.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { readSettings, type Setting, sameKey } from '../report/settings.ts';
import { listed } from '../words.ts';
import * as worded from './words/settings.ts';
import { type Kind, limitsIn, measured, type Wanted } from './words/settings.ts';

/** `connection-pooling-configured`: the pool keeps to the numbers under `with:`; without a `file` somebody's word counts. */
export const connectionPooling: Criterion = settingsLine(worded.connectionPooling);

/** `circuit-breakers-present`: calls to others are broken off and tried again as `with:` says; without a `file` somebody's word counts. */
export const circuitBreakers: Criterion = settingsLine(worded.circuitBreakers);

/** `cache-policy`: how long is kept what, as `with:` says; without a `file` somebody's word counts. */
export const cachePolicy: Criterion = settingsLine(worded.cachePolicy);

function settingsLine({ wanted, ...words }: typeof worded.cachePolicy): Criterion {
  return withOptions({
    ...words,
    asks: (context, given, answers) =>
      given.file === undefined ? asksWord(given, context, answers) : [fileOf(given.file, context)],
    finds: (context, given, answers): Found => {
      if (given.file === undefined) return findWord(given, context, answers, ['with: file:']);
      const told = answers.of(fileOf(given.file, context));
      if (told.kind === 'unknown') return notTold(told);
      if (!told.value.found) return unknownFinding(`there is no ${given.file}`, 'correct `with: file:`', 'author');
      const settings = readSettings(given.file, told.value.text);
      if (settings.kind === 'unreadable')
        return unknownFinding(`${given.file} proves nothing: ${settings.because}`, 'name the file of the settings');
      const names = limitsIn(given).length === 0 ? Object.keys(given.keys) : limitsIn(given).map(([name]) => name);
      const asked = names.length === 0 ? Object.keys(wanted).slice(0, 1) : names;
      const judged = asked.map((name) =>
        judgedSetting({ name, wanted, limit: given[name], ...given }, settings.report),
      );
      const link = { text: given.file, href: told.value.url };
      const failed = judged.flatMap(({ outcome, words }) => (outcome === 'fail' ? [words] : []));
      const unclear = judged.flatMap(({ outcome, words }) => (outcome === 'unknown' ? [words] : []));
      if (failed.length > 0) return fail([link, `: ${listed(failed, 3)}`], `set them in ${given.file}`, 'author');
      if (unclear.length > 0)
        return unknownFinding(
          [link, `: ${listed(unclear, 3)}`],
          'set them there, or say under `with: keys:` what they are called',
          'author',
        );
      return pass([
        link,
        `: ${listed(
          judged.map(({ words }) => words),
          4,
        )}`,
      ]);
    },
  });
}

function fileOf(path: string, { change }: Context) {
  return { kind: 'file', path, sha: change.sha } as const;
}

interface Asked {
  readonly name: string;
  readonly wanted: Readonly<Record<string, Wanted>>;
  readonly limit: unknown;
  readonly keys: Readonly<Record<string, string>>;
  readonly unit: 'ms' | 's';
}

interface Judged {
  readonly outcome: 'pass' | 'fail' | 'unknown';
  readonly words: string;
}

/** One number: every setting of that name must keep to it; without a limit it must only be there. */
function judgedSetting({ name, wanted, limit, keys, unit }: Asked, settings: readonly Setting[]): Judged {
  const one = wanted[name];
  const own = Object.hasOwn(keys, name) ? keys[name] : undefined;
  const meant = settings.filter(({ key }) =>
    own === undefined ? one?.names.some((ending) => sameKey(key).endsWith(ending)) : sameKey(key) === sameKey(own),
  );
  const [first] = meant;
  if (one === undefined || first === undefined) return { outcome: 'unknown', words: `says no ${own ?? name}` };
  const wants = limit === undefined ? undefined : measured(one.kind, String(limit), 'ms');
  for (const { key, value } of meant) {
    const is = measured(one.kind, value, /seconds?$|_s$/i.test(key) ? 's' : unit);
    if (is === undefined) return { outcome: 'unknown', words: `${key} is “${value.slice(0, 40)}”` };
    const kept = wants === undefined || (one.is === 'at most' ? is <= wants : is >= wants);
    if (!kept) return { outcome: 'fail', words: `${key} is ${shown(one.kind, is, value)}, needs ${one.is} ${limit}` };
  }
  return { outcome: 'pass', words: `${name} ${first.value.slice(0, 40)}` };
}

function shown(kind: Kind, is: number, value: string): string {
  return kind === 'duration' ? formatDuration(is) : value;
}
