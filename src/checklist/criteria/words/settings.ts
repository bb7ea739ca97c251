// Words of the criteria in settings.ts: what the policy may say of them.
import { z } from 'zod';
import { parseDuration } from '../../../kit/duration.ts';
import { once } from '../../../kit/once.ts';
import { parsePercent } from '../../../kit/percent.ts';
import { wordOptions } from '../../options.ts';
import { quantityOf } from '../../quantity.ts';

const fixed = ['file', 'keys', 'unit', 'attestation', 'max-age'];

export type Kind = 'count' | 'share' | 'duration' | 'bytes';

export interface Wanted {
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

function settingsLine(id: string, title: string, wanted: Readonly<Record<string, Wanted>>) {
  const shape = once(() =>
    z
      .object({
        ...wordOptions(),
        file: z.string().min(1).optional().describe('YAML, JSON, properties, dotenv, ini or TOML of the repository'),
        keys: z.record(z.string(), z.string().min(1)).default({}).describe('what each number is called in the file'),
        unit: z.enum(['ms', 's']).default('ms').describe('of times that are bare numbers in the file'),
      })
      .catchall(z.union([z.string(), z.number()]))
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
      }),
  );
  return { id, title, moment: 'review', with: shape, wanted } as const;
}

export const connectionPooling = settingsLine('connection-pooling-configured', 'Connection pool set', pool);
export const circuitBreakers = settingsLine('circuit-breakers-present', 'Circuit breakers', breaker);
export const cachePolicy = settingsLine('cache-policy', 'Cache times set', caches);

/** The options that are numbers to keep to. */
export function limitsIn(given: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(given).filter(([name, value]) => !fixed.includes(name) && value !== undefined);
}

/** A number of its kind: milliseconds, a share 0..1, bytes, or a count; undefined when the words are none. */
export function measured(kind: Kind, words: string, unit: 'ms' | 's'): number | undefined {
  const bare = /^\d+(\.\d+)?$/.test(words) ? Number(words) : undefined;
  if (kind === 'count') return bare;
  if (kind === 'bytes')
    return quantityOf(words.replace(/([kmg])b$/i, (_all, letter: string) => `${letter.toUpperCase()}i`));
  // A bare 0.6 may be a share or less than a percent: nobody can tell.
  if (kind === 'share') return bare === undefined ? parsePercent(words) : bare > 1 ? bare / 100 : undefined;
  return bare === undefined ? parseDuration(words) : bare * (unit === 's' ? 1000 : 1);
}
