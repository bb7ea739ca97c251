// The version that is to be tested: how it is pinned at the gate, and the words that placeholders stand for.
import { nameIn, withAllDigits } from '../kit/digits.ts';
import { Problem } from '../kit/problem.ts';
import type { Jar } from './cookie.ts';
import { exchange, type Transport } from './exchange.ts';
import { failuresOf, parsed } from './expect.ts';
import type { Failure } from './failure.ts';
import { filledExpectation } from './given.ts';
import { outgoingOf } from './outgoing.ts';
import { follow } from './path.ts';
import type { NoReply, Reply } from './port.ts';
import { requestLine } from './question.ts';
import type { Gate } from './ready.ts';
import type { SuiteRequest } from './shape.ts';
import type { Suite } from './suite.ts';
import { filled, made, namesIn, type Values } from './template.ts';

/** What was deployed: the label people know, and the commit. */
export interface Expected {
  readonly version: string;
  readonly sha: string;
}

/** Where a service says its version: a header, or a field of the JSON at a path. */
export interface VersionAnswer {
  readonly path: string;
  readonly field?: string | undefined;
  readonly header?: string | undefined;
}

interface Asked {
  readonly expected: Expected;
  readonly environment: string;
  readonly answer?: VersionAnswer | undefined;
  readonly env: (name: string) => string | undefined;
  readonly runId: string;
}

/** Values of all placeholders known before the first request, and the secrets among them. Throws a Problem that names every secret not set. */
export function valuesOf(
  suite: Suite,
  asked: Asked,
  now: number,
): { readonly values: Values; readonly secrets: readonly string[] } {
  const missing = suite.secrets.filter((name) => (asked.env(name) ?? '') === '');
  if (missing.length > 0) {
    throw new Problem({
      what: `The smoke suite needs ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not set in the environment of this step`,
      where: `${suite.path}:${suite.secretLines[missing[0] ?? ''] ?? ' secrets'}`,
      fix: `Set ${missing.join(', ')} under \`env:\` of the step, from a secret.`,
      reason: 'secret-not-set',
      marks: missing.map((name) => ({
        message: `The smoke suite needs ${name}, which is not set in the environment of this step. Write ${name}: \${{ secrets.${name} }} under \`env:\` of it.`,
        place: { file: suite.path, line: suite.secretLines[name] ?? 1 },
      })),
    });
  }
  const secrets = suite.secrets.map((name) => ({ name, value: asked.env(name) ?? '' }));
  const known: Values = {
    'run.id': asked.runId,
    environment: asked.environment,
    'deployment.sha': asked.expected.sha,
    'deployment.version': asked.expected.version,
    ...Object.fromEntries(secrets.map(({ name, value }) => [`secrets.${name}`, value])),
  };
  const place = Object.hasOwn(suite.environments, asked.environment)
    ? suite.environments[asked.environment]
    : undefined;
  const given = { ...suite.vars, ...place?.vars };
  refuseMissing(suite, Object.keys(given), asked.environment);
  const vars = Object.entries(given);
  // Seeded with the run and the instant: a run that is repeated makes other values, one run only one.
  const values = vars.map(([name, text]) => [name, filled(made(text, `${asked.runId}:${now}:${name}`, now), known)]);
  return { values: { ...known, ...Object.fromEntries(values) }, secrets: secrets.map(({ value }) => value) };
}

/** Of a variable that only other environments have its placeholder would be sent as it stands. */
function refuseMissing(suite: Suite, given: readonly string[], environment: string): void {
  const others = Object.entries(suite.environments).flatMap(([name, { vars }]) =>
    Object.keys(vars).flatMap((variable) => (given.includes(variable) ? [] : [{ name, variable }])),
  );
  if (others.length === 0) return;
  const used = new Set(namesIn([suite.ready, suite.checks]));
  const taken = new Set(suite.checks.flatMap(({ capture }) => Object.keys(capture)));
  const lacking = others.find(({ variable }) => used.has(variable) && !taken.has(variable));
  if (lacking === undefined) return;
  const { variable, name } = lacking;
  throw new Problem({
    what: `“{{ ${variable} }}” has no value in ${environment}: only other environments, such as ${name}, give it one`,
    where: `${suite.path}: environments`,
    fix: `Add it under environments.${environment}.vars, or under vars for all of them.`,
    reason: 'value-not-set',
  });
}

/** The suite's own gate; else one on the policy's version answer; else none. */
export function gateOf(transport: Transport, suite: Suite, asked: Asked, values: Values): Gate | undefined {
  const { ready } = suite;
  const { answer, expected } = asked;
  if (ready !== undefined) {
    const wanted = filledExpectation(ready.expect, values);
    return {
      question: requestLine(ready.http, values, transport.address),
      ask: (timeoutMs) => askedAfresh(transport, ready.http, { values, redirects: suite.network.redirects, timeoutMs }),
      judge: (reply) => failuresOf(wanted, reply, transport.port.clock.now()),
      withinMs: ready.within,
      everyMs: ready.every,
      timeoutMs: ready.timeout ?? suite.defaults.timeout,
      consecutive: ready.consecutive,
    };
  }
  if (answer === undefined) return undefined;
  const request = { method: 'GET', url: answer.path, headers: {}, cookies: {} } as const;
  return {
    question: requestLine(request, values, transport.address),
    ask: (timeoutMs) => askedAfresh(transport, request, { values, redirects: suite.network.redirects, timeoutMs }),
    judge: (reply) => versionFailures(reply, answer, expected),
    ...defaultPatience,
    timeoutMs: suite.defaults.timeout,
  };
}

/** A kept connection may still lead to what ran before: each question gets one of its own, and no cookie. */
async function askedAfresh(
  transport: Transport,
  asked: SuiteRequest,
  {
    values,
    redirects,
    timeoutMs,
  }: { readonly values: Values; readonly redirects: 'none' | 'same-origin' | 'any'; readonly timeoutMs: number },
): Promise<Reply | NoReply> {
  const request = await outgoingOf(asked, values, transport.address, transport.port.files);
  if ('because' in request)
    return { kind: 'failed', because: request.because, unreachable: false, durationMs: 0, trouble: 'refused' };
  const jar: Jar = new Map();
  return exchange(transport, {
    request,
    redirects: asked.redirects ?? redirects,
    cookies: filled(asked.cookies, values),
    jar,
    timeoutMs,
    fresh: true,
  });
}

/** As the defaults of `ready` in the suite file. */
const defaultPatience = { withinMs: 120_000, everyMs: 2_000, consecutive: 1 } as const;

function versionFailures(reply: Reply, answer: VersionAnswer, expected: Expected): readonly Failure[] {
  const status = failuresOf({ header: {}, cookie: {}, json: {}, html: {} }, reply, 0);
  if (status.length > 0) return status;
  const header = answer.header === undefined ? undefined : reply.headers[answer.header.toLowerCase()];
  const said = header ?? textAt(parsed(withAllDigits(reply.body))?.value, answer.field ?? 'version');
  if (said !== '' && names(said, expected)) return [];
  const about = answer.header === undefined ? (answer.field ?? 'version') : `header ${answer.header}`;
  return [{ about, expected: expected.version, got: said === '' ? 'no version' : said }];
}

/** The label, the whole commit, or at least 7 of its characters. */
function names(said: string, { version, sha }: Expected): boolean {
  return said === version || (/^[0-9a-f]{7,40}$/.test(said) && sha.startsWith(said));
}

function textAt(document: unknown, path: string): string {
  const found = follow(document, path);
  return found.kind === 'found' ? nameIn(found.value) : '';
}
