// The kind `assets`: whether what a page loads (styles, scripts, images) is there, asked from the page another check got.
import type { Asking } from '../asking.ts';
import { type Attempted, judgedBy, unanswered, unasked } from '../attempt.ts';
import { exchange } from '../exchange.ts';
import { failuresOf, judged } from '../expect.ts';
import type { Failure } from '../failure.ts';
import { type Asset, assetsIn } from '../html.ts';
import { integrityFailures } from '../integrity.ts';
import { originOf } from '../outgoing.ts';
import type { Check } from '../shape.ts';
import { filled } from '../template.ts';
import { slowest, traceOf } from '../trace.ts';

/** How many are asked at the same time: what a browser asks of one host. */
const atOnce = 6;

/** A page without assets is a failure: somebody expects them. A page with more than `max` is asked for the first ones. */
export async function askAssets(asking: Asking, check: Check): Promise<Attempted> {
  const { assets } = check;
  if (assets === undefined) return unasked('it names no page');
  const page = asking.pages.get(assets.from);
  if (page === undefined) return unasked(`${assets.from} got no page`);
  if (page.truncated) {
    const got = `${page.html.length} characters of it, cut there (defaults.max_body)`;
    return judgedBy([{ about: `the page of ${assets.from}`, expected: 'a whole page', got }]);
  }
  const found = assetsIn(page, assets.select);
  if ('because' in found)
    return judgedBy([{ about: assets.select, expected: 'a page to look into', got: found.because }]);
  const expectation = filled(check.expect, asking.values);
  const wanted = expectation.count ?? { gte: 1 };
  const counted = judged(`assets ${assets.select}`, wanted, { kind: 'found', value: found.length });
  const until = asking.port.clock.steady() + asking.timeoutMs;
  const queue = found.slice(0, assets.max);
  const asked: Attempted[] = [];
  const work = async () => {
    for (let asset = queue.shift(); asset !== undefined; asset = queue.shift())
      asked.push(await askOne(asking, asset, until, check));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const bad = asked.filter(({ failures }) => failures.length > 0);
  // What the service did wrong decides, whatever beside it could not be asked.
  const first = bad.find(({ trouble }) => trouble !== 'setup') ?? bad[0];
  const failures = [...counted, ...[...bad].sort(byTrouble).flatMap((one) => one.failures)];
  if (first === undefined || (first.trouble === 'setup' && counted.length > 0))
    return judgedBy(failures, slowest(asked));
  return { ...first, failures, unreachable: asked.every(({ unreachable }) => unreachable) };
}

function byTrouble(a: Attempted, b: Attempted): number {
  return Number(a.trouble === 'setup') - Number(b.trouble === 'setup');
}

async function askOne(asking: Asking, { url, integrity }: Asset, until: number, check: Check): Promise<Attempted> {
  const left = until - asking.port.clock.steady();
  const about = shortOf(url, asking.address.baseUrl);
  const late = {
    because: 'the time for all assets was over',
    unreachable: false,
    durationMs: 0,
    trouble: 'timeout',
  } as const;
  const { connectTo } = asking.address;
  const here = originOf(url) === originOf(asking.address.baseUrl) && connectTo !== undefined ? { connectTo } : {};
  const request = { method: 'GET', url, headers: {}, ...here };
  const exchanged = { request, redirects: 'any', cookies: {}, jar: asking.jar, timeoutMs: left } as const;
  const reply = left <= 0 ? ({ kind: 'failed', ...late } as const) : await exchange(asking, exchanged);
  if (reply.kind === 'failed') return named(about, unanswered(reply));
  const failures = [
    ...failuresOf(filled(check.expect, asking.values), reply, asking.port.clock.now()),
    ...(await integrityFailures(integrity, reply)),
  ];
  return named(about, judgedBy(failures, { status: reply.status, trace: traceOf(reply) }));
}

function named(place: string, attempted: Attempted): Attempted {
  const failures = attempted.failures.map((one): Failure => ({ ...one, about: `${place} ${one.about}` }));
  return { ...attempted, failures };
}

/** The path at home, host and path elsewhere; without the query, which may hold a signature. */
function shortOf(url: string, baseUrl: string): string {
  const { host, pathname, origin } = new URL(url);
  return origin === originOf(baseUrl) ? pathname : `${host}${pathname}`;
}
