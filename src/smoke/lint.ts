// What a suite could ask better: hints, never faults. Each comes from an outage that a green suite did not see.

import { fewest, figureNames } from './percentile.ts';
import { makesSomething } from './selection.ts';
import type { Check, SuiteRequest } from './shape.ts';
import type { Suite } from './suite.ts';
import { namesIn } from './template.ts';

export interface Hint {
  readonly text: string;
  /** Line in the suite; 0 where it is about the whole of it. */
  readonly line: number;
  /** Shown as a warning, not only in the report. */
  readonly serious: boolean;
}

/** All hints, those about the whole suite first. */
export function lintSuite(suite: Suite): readonly Hint[] {
  const { checks } = suite;
  const lineOf = ({ id }: Check) => suite.lines[id] ?? 0;
  const requests = checks.flatMap((check) => requestsOf(check).map((request) => ({ check, request })));
  return [
    ...aboutAll(
      suite,
      requests.map(({ request }) => request),
    ),
    ...checks.flatMap((check) => aboutOne(check).map((text) => ({ text, line: lineOf(check), serious: false }))),
    ...requests
      .filter(({ request }) => secretInUrl(request, suite.secrets, checks))
      .map(({ check }) => ({
        text: `${check.id} sends a secret in its URL, where logs and proxies keep it: send it in a header`,
        line: lineOf(check),
        serious: true,
      })),
  ];
}

function aboutAll({ checks, ready }: Suite, requests: readonly SuiteRequest[]): readonly Hint[] {
  const paths = requests.map(({ url }) => pathOf(url));
  const refusing = checks.some(({ expect }) =>
    (expect.status ?? []).some((one) => one === '4xx' || (typeof one === 'number' && one >= 400 && one < 500)),
  );
  const said = (condition: boolean, text: string, serious = false) => (condition ? [{ text, line: 0, serious }] : []);
  const onlyHealth = paths.length > 0 && paths.every(isHealth);
  return [
    ...said(onlyHealth, 'It asks only health endpoints: they answer while the pages that users see are broken', true),
    ...said(
      !onlyHealth && paths.length > 0 && !paths.includes('/'),
      'Nothing asks /, the page that most users see first',
    ),
    ...said(
      paths.length > 0 && !refusing,
      'No negative check: nothing proves that a protected address refuses strangers (status 401 or 403)',
    ),
    ...said(
      ready === undefined && paths.length > 0,
      'No `ready`: without it, or a version answer in the policy, an old instance may be what answers',
    ),
  ];
}

function aboutOne(check: Check): readonly string[] {
  const { id, http, cleanup, expect, probe } = check;
  const words = Object.entries(expect).filter(
    ([, value]) =>
      value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0),
  );
  const statusOnly =
    http !== undefined && isHealth(pathOf(http.url)) && words.every(([word]) => word === 'status' || word === 'below');
  const lacking = figureNames.find(
    (name) => expect.latency?.[name] !== undefined && (probe?.repeat ?? 0) < fewest[name],
  );
  return [
    ...(statusOnly
      ? [`${id} asks for a status alone: many services answer 200 with a body that says they are ill`]
      : []),
    ...(cleanup === undefined && makesSomething(check) && http?.method !== 'DELETE'
      ? [`${id} writes and has no cleanup: what it leaves may break the next run`]
      : []),
    ...(lacking === undefined
      ? []
      : [
          `${id} asks for ${lacking} of ${probe?.repeat ?? 0} samples: it needs at least ${fewest[lacking]}, and ends inconclusive`,
        ]),
  ];
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
function secretInUrl({ url, query }: SuiteRequest, secrets: readonly string[], checks: readonly Check[]): boolean {
  const captured = checks.flatMap(({ capture }) =>
    Object.entries(capture).flatMap(([name, { secret }]) => (secret ? [name] : [])),
  );
  const names = [...namesIn(url), ...namesIn(query)];
  return (
    /\/\/[^/@]*:[^/@]+@/.test(url) ||
    names.some((name) => captured.includes(name) || secrets.some((one) => name === `secrets.${one}`))
  );
}
