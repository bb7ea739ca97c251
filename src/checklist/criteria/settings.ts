// What a file of settings says of pools, circuit breakers and caches, against the numbers of the policy.
import { z } from 'zod';
import { formatDuration, parseDuration } from '../../kit/duration.ts';
import { parsePercent } from '../../kit/percent.ts';
import { asksWord, findWord, wordOptions } from '../attestation.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { quantityOf } from '../report/kubernetes.ts';
import { readSettings, type Setting, sameKey } from '../report/settings.ts';
import { listed } from '../words.ts';

const amount = z.union([z.string(), z.number()]);
const fixed = ['file', 'keys', 'unit', 'attestation', 'max-age'];

type Kind = 'count' | 'share' | 'duration' | 'bytes';

interface Wanted {
  readonly kind: Kind;
  readonly is: 'at most' | 'at least';
  /** How keys of libraries end that mean it, as `sameKey` writes them. */
  readonly names: readonly string[];
}

const most = (kind: Kind, ...names: readonly string[]): Wanted => ({ kind, is: 'at most', names });
const least = (kind: Kind, ...names: readonly string[]): Wanted => ({ kind, is: 'at least', names });

// The names are those of HikariCP, node-postgres, SQLAlchemy, resilience4j and Redis, as their references have them.
const pool: Readonly<Record<string, Wanted>> = {
  maximum: most('count', 'maximumpoolsize', 'maxpoolsize', 'poolmax', 'poolsize', 'connectionlimit', 'maxopenconns'),
  'minimum-idle': least('count', 'minimumidle', 'minidle', 'poolmin', 'maxidleconns'),
  'connection-timeout': most(
    'duration',
    'connectiontimeout',
    'connectiontimeoutmillis',
    'connecttimeout',
    'pooltimeout',
  ),
  'idle-timeout': most('duration', 'idletimeout', 'idletimeoutmillis', 'connmaxidletime'),
  'max-lifetime': most('duration', 'maxlifetime', 'maxlifetimeseconds', 'poolrecycle', 'connmaxlifetime'),
};

const breaker: Readonly<Record<string, Wanted>> = {
  'failure-rate': most('share', 'failureratethreshold'),
  'slow-rate': most('share', 'slowcallratethreshold'),
  'slow-after': most('duration', 'slowcalldurationthreshold'),
  'open-for': least('duration', 'waitdurationinopenstate'),
  'trial-calls': most('count', 'permittednumberofcallsinhalfopenstate'),
  window: most('count', 'slidingwindowsize'),
  attempts: most('count', 'maxattempts', 'maxretryattempts'),
  wait: least('duration', 'retrywait', 'waitduration'),
  backoff: least('count', 'exponentialbackoffmultiplier'),
};

const caches: Readonly<Record<string, Wanted>> = {
  application: most('duration', 'applicationttl', 'applicationmaxage', 'cachettl', 'timetolive'),
  static: most('duration', 'staticttl', 'staticmaxage'),
  api: most('duration', 'apittl', 'apimaxage'),
  memory: most('bytes', 'maxmemory'),
};

/** `connection-pooling-configured`: the pool keeps to the numbers under `with:`; without a `file` somebody's word counts. */
export const connectionPooling: Criterion = settingsLine('connection-pooling-configured', 'Connection pool set', pool);

/** `circuit-breakers-present`: calls to others are broken off and tried again as `with:` says; without a `file` somebody's word counts. */
export const circuitBreakers: Criterion = settingsLine('circuit-breakers-present', 'Circuit breakers', breaker);

/** `cache-policy`: how long is kept what, as `with:` says; without a `file` somebody's word counts. */
export const cachePolicy: Criterion = settingsLine('cache-policy', 'Cache times set', caches);

function settingsLine(id: string, title: string, wanted: Readonly<Record<string, Wanted>>): Criterion {
  const shape = z
    .object({
      ...wordOptions,
      file: z.string().min(1).optional().describe('YAML, JSON, properties, dotenv, ini or TOML of the repository'),
      keys: z.record(z.string(), z.string().min(1)).default({}).describe('what each number is called in the file'),
      unit: z.enum(['ms', 's']).default('ms').describe('of times that are bare numbers in the file'),
    })
    .catchall(amount)
    .superRefine((given, context) => {
      for (const name of [...limitsIn(given).map(([name]) => name), ...Object.keys(given.keys)]) {
        if (!Object.hasOwn(wanted, name))
          context.addIssue({ code: 'custom', message: `“${name}” is none of ${Object.keys(wanted).join(', ')}` });
      }
      for (const [name, value] of limitsIn(given)) {
        const kind = wanted[name]?.kind;
        if (kind !== undefined && measured(kind, String(value), 'ms') === undefined)
          context.addIssue({ code: 'custom', message: `“${value}” is no ${kind} for ${name}` });
      }
    });
  return withOptions({
    id,
    title,
    moment: 'review',
    with: shape,
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

function limitsIn(given: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(given).filter(([name, value]) => !fixed.includes(name) && value !== undefined);
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

/** A number of its kind: milliseconds, a share 0..1, bytes, or a count; undefined when the words are none. */
function measured(kind: Kind, words: string, unit: 'ms' | 's'): number | undefined {
  const bare = /^\d+(\.\d+)?$/.test(words) ? Number(words) : undefined;
  if (kind === 'count') return bare;
  if (kind === 'bytes')
    return quantityOf(words.replace(/([kmg])b$/i, (_all, letter: string) => `${letter.toUpperCase()}i`));
  // A bare 0.6 may be a share or less than a percent: nobody can tell.
  if (kind === 'share') return bare === undefined ? parsePercent(words) : bare > 1 ? bare / 100 : undefined;
  return bare === undefined ? parseDuration(words) : bare * (unit === 's' ? 1000 : 1);
}

function shown(kind: Kind, is: number, value: string): string {
  return kind === 'duration' ? formatDuration(is) : value;
}
