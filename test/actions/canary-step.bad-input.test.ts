// Bad input to a canary: each ends in a hold or with the users back at stable, with its own reason; none is promoted, none is a false rollback.
// The Prometheus adapter is the real one; behind it stands a server in memory that counts what users do.
import { describe, expect, test } from '@jest/globals';
import { step } from '../../actions/canary-step/canary-step.ts';
import { createSource } from '../../src/io/sources/source.ts';
import { Problem } from '../../src/kit/problem.ts';
import type { Clock, HttpReply, Outcome, World } from '../../src/world.ts';
import { atStable, aWorld, began, given, policy } from '../canary/story.ts';
import type { MemoryWorld } from '../world/memory/world.ts';

const judged = policy
  .replace('{json: "http://stats.example"}', '{prometheus: "http://prom"}')
  .replace(
    /queries: .*/,
    `queries: {error-rate: {bad: 'errors_total{side="{{side}}"}', total: 'requests_total{side="{{side}}"}'}}`,
  )
  .replace(/bake: 1m/g, 'bake: 5m')
  .concat('compare: {error-rate: {margin: 1pp, min-effect: 0.25pp}}\n');

/** 100 requests a second by the router's weights; stable and canary alike fail one in a thousand. */
class Shop {
  /** Seconds since the beginning. */
  second = 0;
  readonly counters: Record<string, { requests: number; errors: number }> = {
    blue: { requests: 9000, errors: 9 },
    green: { requests: 0, errors: 0 },
  };
  /** Who really gets the requests; by default the router does as it says. */
  shares: (second: number) => Readonly<Record<string, number>>;
  rate: (second: number) => number = () => 100;
  /** What the server says instead of a number; undefined: the number. */
  says: (query: string, second: number) => HttpReply | undefined = () => undefined;
  readonly #begin: number;

  constructor(world: MemoryWorld) {
    this.#begin = world.clock.now();
    this.shares = () => world.traffic.weights;
    world.clock.at(this.#begin, () => this.#tick(world));
  }

  #tick(world: MemoryWorld): void {
    this.second += 1;
    for (const [side, counter] of Object.entries(this.counters)) {
      const requests = (this.rate(this.second) * (this.shares(this.second)[side] ?? 0)) / 100;
      counter.requests += requests;
      counter.errors += requests / 1000;
    }
    if (this.second < 3600) world.clock.after(1000, () => this.#tick(world));
  }

  /** The answer of `/api/v1/query`. */
  answer(body: string): HttpReply {
    const query = new URLSearchParams(body).get('query') ?? '';
    const said = this.says(query, this.second);
    if (said !== undefined) return said;
    const [, what, side = ''] = /^(errors|requests)_total\{side="(\w+)"\}$/.exec(query) ?? [];
    const counter = this.counters[side];
    const value = what === 'errors' ? counter?.errors : what === 'requests' ? counter?.requests : undefined;
    const result = value === undefined ? [] : [{ metric: {}, value: [0, String(value)] }];
    return reply(200, { status: 'success', data: { resultType: 'vector', result } });
  }
}

function reply(status: number, body: unknown): HttpReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'reply', status, headers: {}, body: text, truncated: false, durationMs: 1 };
}

const refused: HttpReply = {
  kind: 'failed',
  because: 'no answer within 10 s',
  phase: 'answer',
} as unknown as HttpReply;

interface Told {
  readonly outcome: Outcome;
  readonly world: MemoryWorld;
}

async function walk(
  arrange: (shop: Shop, world: MemoryWorld) => void,
  { own = judged, clock }: { readonly own?: string; readonly clock?: (real: Clock, shop: Shop) => Clock } = {},
): Promise<Told> {
  const world = aWorld({}, own);
  const shop = new Shop(world);
  arrange(shop, world);
  await began(world);
  const http: World['http'] = async ({ body }) => shop.answer(String(body));
  const seen = clock?.(world.clock, shop) ?? world.clock;
  const metrics: World['metrics'] = (options) => createSource(options, { http, clock: seen, command: world.command });
  return { outcome: await step({ ...world, clock: seen, metrics }, given()), world };
}

/** Back at stable or never moved, no promotion, no rollback asked for. */
function expectHeld({ outcome, world }: Told, reason: string, because: string | RegExp): void {
  expect([outcome.verdict, outcome.reason, outcome.rollback, outcome.exit]).toEqual(['hold', reason, false, 1]);
  expect(outcome.error).toMatch(because);
  expect(world.traffic.weights).toEqual(atStable);
}

const nothingMoved = ({ world }: Told) => expect(world.traffic.log).toEqual([]);

test('the same shop with nothing wrong is promoted', async () => {
  expect((await walk(() => {})).outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
});

describe('a mistyped metric name', () => {
  test('of a limit is an error of the policy with the nearest right one, and nothing moves', async () => {
    const own = judged.replace('metric: error-rate, continue', 'metric: error-rat, continue');
    const failed = await walk(() => {}, { own }).catch((error: unknown) => error);

    expect(failed).toBeInstanceOf(Problem);
    expect(String(failed)).toContain('there is no metric “error-rat”');
    expect(String(failed)).toContain('error-rate');
  });

  test('in a query is a hold before anything moves', async () => {
    const told = await walk(() => {}, { own: judged.replace("total: 'requests_total", "total: 'request_total") });

    expectHeld(told, 'preflight', /error-rate: no series/);
    nothingMoved(told);
  });
});

describe('a query that returns text', () => {
  test.each([
    [
      'a string',
      { status: 'success', data: { resultType: 'string', result: [0, 'well'] } },
      'the query gives a string',
    ],
    [
      'a number that is none',
      { status: 'success', data: { resultType: 'scalar', result: [0, 'well'] } },
      '“well” is no number',
    ],
    ['a page', '<html>Sign in</html>', 'answered no Prometheus result'],
  ])('%s is a hold before anything moves', async (_name, body, because) => {
    const told = await walk((shop) => {
      shop.says = () => reply(200, body);
    });

    expectHeld(told, 'preflight', because);
    nothingMoved(told);
  });

  test('from the middle of a bake on is a hold that names what came', async () => {
    const told = await walk((shop) => {
      shop.says = (_query, second) => (second > 120 ? reply(200, '<html>Sign in</html>') : undefined);
    });

    expectHeld(told, 'provider-error', /error-rate cannot be read: .*answered no Prometheus result/);
  });
});

describe('a provider that hangs', () => {
  test('before the shift moves nothing', async () => {
    const told = await walk((shop) => {
      shop.says = () => refused;
    });

    expectHeld(told, 'preflight', 'no answer within 10 s');
    nothingMoved(told);
  });

  test('in a bake is a hold, and a short while of it is forgiven', async () => {
    const hangs = (from: number, to: number) =>
      walk((shop) => {
        shop.says = (_query, second) => (second > from && second < to ? refused : undefined);
      });

    expectHeld(await hangs(120, 3600), 'provider-error', /no answer within 10 s/);
    expect((await hangs(120, 145)).outcome.verdict).toBe('promote');
  });
});

describe('a clock that jumps', () => {
  const jumping = (by: number) =>
    walk(() => {}, {
      clock: (real, shop) => ({
        now: () => real.now() + (shop.second > 120 ? by : 0),
        steady: () => real.steady(),
        sleep: (ms, signal) => real.sleep(ms, signal),
      }),
    });

  test('back is a hold', async () => {
    expectHeld(await jumping(-3_600_000), 'clock-jumped', 'the clock jumped back by 59 min');
  });

  test('forward is no time that was watched: the stage bakes as long as it has to', async () => {
    const { outcome, world } = await jumping(3_600_000);

    expect(outcome.verdict).toBe('promote');
    const [first, second] = world.traffic.log;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(300_000 - 10_000);
  });
});

describe('a counter that resets', () => {
  test.each(['blue', 'green'])('of %s is neither failures nor silence: a good version goes on', async (side) => {
    const told = await walk((shop, world) => {
      world.clock.after(150_000, () => {
        shop.counters[side] = { requests: 0, errors: 0 };
      });
    });

    expect(told.outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
  });

  test('of the failures alone, as a process starts anew between two scrapes, invents none', async () => {
    const told = await walk((shop, world) => {
      world.clock.after(150_000, () => {
        shop.counters.green = { requests: shop.counters.green?.requests ?? 0, errors: 0 };
      });
    });

    expect(told.outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
  });

  test('of one process in a sum counts no old failures again', async () => {
    const told = await walk((shop, world) => {
      // Half of what green counted since it began, with the failures of its first seconds, which the warm-up leaves out.
      shop.counters.green = { requests: 50_000, errors: 5_000 };
      world.clock.after(150_000, () => {
        shop.counters.green = { requests: 25_000, errors: 2_500 };
      });
    });

    expect(told.outcome).toMatchObject({ verdict: 'promote', reason: 'completed' });
  });
});

describe('traffic that stops half-way', () => {
  test('altogether is a hold of its own', async () => {
    const told = await walk((shop) => {
      shop.rate = (second) => (second > 150 ? 0 : 100);
    });

    expectHeld(told, 'traffic-stopped', 'no request was counted');
  });

  test('to the new version alone is a canary that fell silent', async () => {
    const told = await walk((shop, world) => {
      shop.shares = (second) => (second > 150 ? { blue: 90, green: 0 } : world.traffic.weights);
    });

    expectHeld(told, 'canary-silent', /got none of the/);
  });
});

describe('a canary that never starts', () => {
  test('is a hold before any user meets it', async () => {
    const told = await walk((_shop, world) => {
      world.traffic.sides.green = { version: '', sha: '', answers: false };
    });

    expectHeld(told, 'preflight', /green does not answer/);
    nothingMoved(told);
  });

  test('behind a router that cannot ask it is a canary without requests', async () => {
    const told = await walk((shop, world) => {
      shop.says = (query) =>
        query.includes('green')
          ? reply(200, { status: 'success', data: { resultType: 'vector', result: [] } })
          : undefined;
      world.traffic.sides.green = { version: '', sha: '', answers: true };
    });

    expectHeld(told, 'no-data', /no (series|request)|could not count/);
  });
});

describe('a router that lies about its weight', () => {
  test('and sends half of the users is a split that does not match', async () => {
    const told = await walk((shop, world) => {
      shop.shares = () => (world.traffic.weights.green === 10 ? { blue: 50, green: 50 } : world.traffic.weights);
    });

    expectHeld(told, 'split-mismatch', /the new version got 50 % of the \d+ requests/i);
  });

  test('and sends nobody is a canary that is silent', async () => {
    const told = await walk((shop) => {
      shop.shares = () => ({ blue: 100, green: 0 });
    });

    expectHeld(told, 'canary-silent', /its weight is 10 %/);
  });

  test('and does not take it is a hold that says what the router said', async () => {
    const told = await walk((_shop, world) => {
      const { router } = world.traffic;
      const refuses: typeof router.set = async (weights) => {
        if (weights.green !== 0)
          throw new Problem({ what: 'It says 0 %', where: 'router', fix: 'Look.', reason: 'router-refused' });
        return router.set(weights);
      };
      Object.assign(world, { router: () => ({ ...router, set: refuses }) });
    });

    expectHeld(told, 'router-refused', 'It says 0 %');
    nothingMoved(told);
  });
});

test('someone reloading the load balancer in between is a hold: the weight is not the one of the stage any more', async () => {
  const told = await walk((_shop, world) => {
    world.clock.after(120_000, () => {
      world.traffic.weights = { blue: 100, green: 0 };
    });
  });

  expectHeld(told, 'contested', /somebody gave green 0 %, this stage has 10 %/i);
});
