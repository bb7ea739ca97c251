// Criteria of the repository's own that the network answers, at deploy only: http, tls, dns, tcp.
import { z } from 'zod';
import type { Answers, Known, Unknown } from '../../evidence/answer.ts';
import type { DnsFact } from '../../evidence/network.ts';
import type { Question, QuestionOf } from '../../evidence/question.ts';
import { formatDuration } from '../../kit/duration.ts';
import { valueAt } from '../../kit/pointer.ts';
import { redact } from '../../kit/redact.ts';
import type { Context, Criterion } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { instant, listed } from '../words.ts';

type Own = Pick<Criterion, 'asks' | 'finds' | 'moment'>;

/** The criterion of such evidence; undefined for a kind that is not the network's. */
export function networkCriterion(kind: string, options: unknown): Own | undefined {
  switch (kind) {
    case 'http':
      return byHttp(httpShape.parse(options));
    case 'tls':
      return byTls(tlsShape.parse(options));
    case 'dns':
      return byDns(dnsShape.parse(options));
    case 'tcp':
      return byTcp(z.string().parse(options));
    default:
      return undefined;
  }
}

/** One question, asked at deploy: on a pull request the answer would be about what runs now, and a stranger could ask it. */
function asked<T>(
  question: Question,
  tell: (answers: Answers) => Known<T> | Unknown,
  judged: (value: T, context: Context) => Found,
): Own {
  const told = (context: Context, answers: Answers): Found => {
    const answer = tell(answers);
    return answer.kind === 'unknown' ? notTold(answer) : judged(answer.value, context);
  };
  return {
    moment: 'deploy',
    asks: ({ moment }) => (moment === 'deploy' ? [question] : []),
    finds: (context, answers) =>
      context.moment === 'deploy'
        ? told(context, answers)
        : unknownFinding('the network is not asked on pull requests', 'remove `moment: review`: it is asked at deploy'),
  };
}

const status = z.int();
const httpShape = z.object({
  url: z.string(),
  status: z.union([status.transform((one) => [one]), z.array(status)]).optional(),
  contains: z.string().optional(),
  json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  timeout: z.number().optional(),
});

/** A page that takes longer is not well (ours). */
const usualTimeoutMs = 10_000;

/** One GET: the status (any 2xx unless said), the words of the body, the values of its JSON. */
function byHttp(given: z.output<typeof httpShape>): Own {
  const place = redact(given.url);
  const question: QuestionOf<'http'> = { kind: 'http', url: given.url, timeoutMs: given.timeout ?? usualTimeoutMs };
  return asked(
    question,
    (answers) => answers.of(question),
    (told) => {
      const mend = `see why ${place} does not answer as it should`;
      if (told.kind === 'failed') return fail(told.because, mend);
      const right = given.status?.includes(told.status) ?? (told.status >= 200 && told.status < 300);
      const wanted = given.status === undefined ? '2xx' : listed(given.status.map(String), 5);
      if (!right) return fail(`${place} answered ${told.status}, needs ${wanted}`, mend);
      const looksInside = given.contains !== undefined || given.json !== undefined;
      if (given.contains !== undefined && !told.body.includes(given.contains)) {
        return told.truncated
          ? unknownFinding(`${place} is too long to be read whole`, 'ask a shorter page')
          : fail(`${place} does not say “${given.contains}”`, mend);
      }
      if (given.json !== undefined && told.truncated)
        return unknownFinding(`${place} is too long to be read whole`, 'ask a shorter page');
      const other = jsonFault(given.json ?? {}, told.body);
      if (other !== undefined) return fail(`${place} ${other}`, mend);
      return pass(`${place} answered ${told.status}${looksInside ? ' with what it must say' : ''}`);
    },
  );
}

/** What is not as it should be in a JSON answer; undefined when all is. The values found are not shown: they may be anything. */
function jsonFault(wanted: Readonly<Record<string, string | number | boolean>>, body: string): string | undefined {
  const paths = Object.keys(wanted);
  if (paths.length === 0) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return 'answered no JSON';
  }
  const wrong = paths.find((path) => {
    const found = valueAt(document, path);
    return found.kind === 'nothing' || found.value !== wanted[path];
  });
  return wrong === undefined ? undefined : `does not have ${JSON.stringify(wanted[wrong])} at ${wrong}`;
}

const tlsShape = z.object({ host: z.string(), above: z.number().optional() });

/** A certificate that any client trusts, with more than `above` left. It has been so since it became valid. */
function byTls({ host, above = 0 }: z.output<typeof tlsShape>): Own {
  const question: QuestionOf<'tls'> = { kind: 'tls', host };
  return asked(
    question,
    (answers) => answers.of(question),
    (told, { now }) => {
      if (told.kind === 'refused') return fail(told.because, `install a valid certificate on ${host}`);
      const leftMs = told.validTo - now;
      const words = `${told.name === '' ? host : told.name}: valid until ${instant(told.validTo)}`;
      if (leftMs > above) return pass(`${words}, ${formatDuration(leftMs)} left`, told.validFrom);
      const left = leftMs <= 0 ? 'none left' : `${formatDuration(leftMs)} left`;
      return fail(`${words}, ${left}, needs more than ${formatDuration(above)}`, `renew the certificate of ${host}`);
    },
  );
}

const dnsShape = z.object({ host: z.string(), expect: z.array(z.string()).optional() });

/** The name resolves; with `expect` to these addresses and no others of their family, or as an alias of these names. */
function byDns({ host, expect = [] }: z.output<typeof dnsShape>): Own {
  const question: QuestionOf<'dns'> = { kind: 'dns', host };
  return asked(
    question,
    (answers) => answers.of(question),
    (told) => {
      const all = [...told.alias, ...told.v4, ...told.v6];
      const mend = `set the DNS record of ${host}`;
      if (all.length === 0) return fail(`${host} does not resolve`, mend);
      const words = `${host} → ${listed(all, 4)}`;
      return resolvesTo(expect, told) ? pass(words) : fail(`${words}, needs ${listed(expect, 4)}`, mend);
    },
  );
}

function resolvesTo(expected: readonly string[], { v4, v6, alias }: DnsFact): boolean {
  const wanted = expected.map((one) => one.toLowerCase().replace(/\.$/, ''));
  const families = [
    { wanted: wanted.filter((one) => /^\d+(\.\d+){3}$/.test(one)), found: v4 },
    { wanted: wanted.filter((one) => one.includes(':')), found: v6 },
    { wanted: wanted.filter((one) => !one.includes(':') && !/^\d+(\.\d+){3}$/.test(one)), found: alias },
  ];
  return families.every(
    (family) =>
      family.wanted.length === 0 ||
      (family.wanted.every((one) => family.found.includes(one)) &&
        family.found.every((one) => family.wanted.includes(one))),
  );
}

/** The port accepts a connection. */
function byTcp(address: string): Own {
  const question: QuestionOf<'tcp'> = { kind: 'tcp', address };
  return asked(
    question,
    (answers) => answers.of(question),
    ({ open, because }) =>
      open
        ? pass(`${address} answers`)
        : fail(`${address} does not answer: ${because}`, `see what listens at ${address}`),
  );
}
