// What a suite could ask better: hints, never faults. Each comes from an outage that a green suite did not see.
import { formatDuration } from '../kit/duration.ts';
import { nearest } from '../kit/spelling.ts';
import { hasKey } from './attempt.ts';
import { fewest, figureNames } from './percentile.ts';
import { makesSomething } from './selection.ts';
import type { Check, SuiteRequest } from './shape.ts';
import { secretsInFile, shownCaptures } from './shown-secret.ts';
import type { Suite } from './suite.ts';
import { namesIn } from './template.ts';
import { unsaidWrites } from './unsaid-write.ts';
import { vacuousWords } from './vacuous-word.ts';

export interface Hint {
  readonly text: string;
  /** Line in the suite; 0 where it is about the whole of it. */
  readonly line: number;
  /** Shown as a warning, not only in the report. */
  readonly serious: boolean;
}

/** All hints, those about the whole suite first; `places`: the environments that the policy knows, none where it names none. */
export function lintSuite(suite: Suite, places: readonly string[] = []): readonly Hint[] {
  const { checks } = suite;
  const secrets = secretNames(suite);
  const lineOf = ({ id }: Check) => suite.lines[id] ?? 0;
  const requests = checks.flatMap((check) => requestsOf(check).map((request) => ({ check, request })));
  return [
    ...aboutAll(
      suite,
      requests.map(({ request }) => request),
    ),
    ...aboutPlaces(suite, places),
    ...checks.flatMap((check) =>
      [...aboutOne(check), ...aboutWorth(check, suite)].map((text) => ({ text, line: lineOf(check), serious: false })),
    ),
    ...checks.flatMap((check) => shownCaptures(check).map((text) => ({ text, line: lineOf(check), serious: true }))),
    ...secretsInFile(suite).map(({ text, check }) => ({
      text,
      line: check === undefined ? 0 : lineOf(check),
      serious: true,
    })),
    ...requests
      .filter(({ request }) => secretInUrl(request, secrets))
      .map(({ check }) => ({
        text: `${check.id} sends a secret in its URL, where logs and proxies keep it: send it in a header`,
        line: lineOf(check),
        serious: true,
      })),
  ];
}

function aboutAll(
  { checks, ready, budget, vars, environments }: Suite,
  requests: readonly SuiteRequest[],
): readonly Hint[] {
  const paths = requests.map(({ url }) => pathOf(url));
  const refusing = checks.some(({ expect }) =>
    (expect.status ?? []).some((one) => one === '4xx' || (typeof one === 'number' && one >= 400 && one < 500)),
  );
  const said = (condition: boolean, text: string, serious = false) => (condition ? [{ text, line: 0, serious }] : []);
  const onlyHealth = paths.length > 0 && paths.every(isHealth);
  return [
    ...said(
      onlyHealth,
      'It asks only health endpoints: they answer while the pages that users see are broken. Ask / too',
      true,
    ),
    ...said(
      !onlyHealth && paths.length > 0 && !paths.includes('/'),
      'Nothing asks /, the page that most users see first: add {id: home, http: {url: /}}',
    ),
    ...said(
      paths.length > 0 && !refusing,
      'No negative check: nothing proves that a protected address refuses strangers: ask one, and expect {status: [401, 403]}',
    ),
    ...said(
      ready === undefined && paths.length > 0,
      'No `ready`: without it, or a version answer in the policy, an old instance may be what answers',
    ),
    ...said(
      ready !== undefined && !isPinned(ready, { vars, environments }),
      '`ready` waits for any version: expect {json: {$.version: "{{ deployment.version }}"}}, or the commit as {{ deployment.sha }}',
    ),
    ...(ready === undefined || budget === undefined || ready.within < budget.suite
      ? []
      : said(true, budgetOfWait(ready.within, budget.suite), true)),
  ];
}

/** A version that is never ready is a failure only where the wait comes to its own end. */
function budgetOfWait(within: number, budget: number): string {
  return `\`ready\` may wait ${formatDuration(within)} of a budget of ${formatDuration(budget)}, which leaves the checks no time: raise it, or shorten \`within\``;
}

/** Protection under a name that nothing runs in protects nothing. */
function aboutPlaces({ environments }: Suite, places: readonly string[]): readonly Hint[] {
  const unknown = Object.keys(environments).filter((name) => places.length > 0 && !places.includes(name));
  return unknown.map((name) => {
    const close = nearest(name, places);
    const instead = close === undefined ? `it has ${places.join(', ')}` : `did you mean ${close}?`;
    return {
      text: `The policy has no environment ${name}, so nothing under it holds: ${instead}`,
      line: 0,
      serious: true,
    };
  });
}

function aboutOne(check: Check): readonly string[] {
  const { id, http, cleanup, expect, probe, severity } = check;
  const words = Object.entries(expect).filter(
    ([, value]) =>
      value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
  );
  const statusOnly =
    http !== undefined &&
    severity === 'blocking' &&
    isHealth(pathOf(http.url)) &&
    words.every(([word]) => word === 'status' || word === 'below');
  const lacking = figureNames.find(
    (name) => expect.latency?.[name] !== undefined && (probe?.repeat ?? 0) < fewest[name],
  );
  return [
    ...(statusOnly
      ? [
          `${id} asks for a status alone: many services answer 200 with a body that says they are ill. Expect something of its body`,
        ]
      : []),
    ...(http !== undefined && cleanup === undefined && makesSomething(check) && http.method !== 'DELETE'
      ? [
          `${id} writes and has no cleanup: what it leaves may break the next run. Add cleanup: {http: {method: DELETE, url: …}}`,
        ]
      : []),
    ...(lacking === undefined
      ? []
      : [
          `${id} asks for ${lacking} of ${probe?.repeat ?? 0} samples: it needs at least ${fewest[lacking]}, and ends inconclusive`,
        ]),
  ];
}

/** Shorter times of an answer say more about the checks beside it than about the service. */
const shortestAlone = 1_000;

/** What a check proves less than it seems to. */
function aboutWorth(check: Check, suite: Suite): readonly string[] {
  const { id, http, expect, retry } = check;
  const below = expect.below ?? shortestAlone;
  const twice = retry !== undefined && retry.attempts > 1 && ['POST', 'PATCH'].includes(http?.method ?? '');
  return [
    ...unsaidWrites(check, suite),
    ...vacuousWords(check, suite).map(
      (word) => `${id} expects nothing by \`${word}\`: it holds whatever comes. Narrow it, or remove it`,
    ),
    ...(http !== undefined && below < shortestAlone && suite.checks.length > 1
      ? [
          `${id} is timed while other checks run beside it: measure ${formatDuration(below)} with a \`probe\`, which runs alone`,
        ]
      : []),
    ...(http !== undefined &&
    http.method === 'GET' &&
    ['json', 'form', 'multipart', 'body', 'file'].some((one) => Object.hasOwn(http, one))
      ? [`${id} sends a body by GET, which most services do not read: add method: POST, or what it should be`]
      : []),
    ...(twice && !hasKey(http?.headers ?? {})
      ? [`${id} may be written twice by its \`retry\`: send an Idempotency-Key, or leave \`retry\` out`]
      : []),
  ];
}

/** A gate that names the deployed version or commit, itself or by a variable. */
function isPinned(
  { expect }: NonNullable<Suite['ready']>,
  { vars, environments }: Pick<Suite, 'vars' | 'environments'>,
): boolean {
  const known: readonly (readonly [string, string])[] = [
    ...Object.entries(vars),
    ...Object.values(environments).flatMap((place) => Object.entries(place.vars)),
  ];
  const pins = (name: string) => name === 'deployment.version' || name === 'deployment.sha';
  return namesIn(expect).some(
    (name) => pins(name) || known.some(([one, text]) => one === name && namesIn(text).some(pins)),
  );
}

function requestsOf({ http, probe, cleanup }: Check): readonly SuiteRequest[] {
  return [http, probe?.http, cleanup?.http].filter((one) => one !== undefined);
}

function pathOf(url: string): string {
  return (url.replace(/^https?:\/\/[^/]*/, '').split(/[?#]/)[0] ?? '') || '/';
}

function isHealth(path: string): boolean {
  return /\/(health|healthz|livez|readyz|ready|live|ping|status|actuator\/health)\/?$/i.test(path);
}

/** A declared secret, or a value that a check captures as one. */
function secretInUrl({ url, query }: SuiteRequest, secrets: ReadonlySet<string>): boolean {
  return /\/\/[^/@]*:[^/@]+@/.test(url) || [...namesIn(url), ...namesIn(query)].some((name) => secrets.has(name));
}

/** Placeholders that stand for secrets. */
function secretNames({ secrets, checks }: Suite): ReadonlySet<string> {
  const captured = checks.flatMap(({ capture }) =>
    Object.entries(capture).flatMap(([name, { secret }]) => (secret ? [name] : [])),
  );
  return new Set([...captured, ...secrets.map((name) => `secrets.${name}`)]);
}
