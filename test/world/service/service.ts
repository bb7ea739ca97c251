// The toy service: two sides with a database behind them, and an admin port that deploys and breaks them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import pg from 'pg';
import { z } from 'zod';
import { answerJson, handling, openDoor, readJson } from './http.ts';
import { type Orders, startSide } from './side.ts';
import { type Behaviour, type Service, type ServiceOptions, type ServiceSide, type Side, sides } from './types.ts';

export type * from './types.ts';

const behaviourShape = {
  failEvery: z.number().int().min(0).optional(),
  slowMs: z.number().min(0).optional(),
  ordersQuery: z.string().optional(),
};
const deployBody = z.strictObject({ version: z.string().min(1), sha: z.string(), ...behaviourShape });
const behaviourBody = z.strictObject(behaviourShape);

/** Starts the service with nothing deployed on either side. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const pool =
    options.databaseUrl === undefined ? undefined : new pg.Pool({ connectionString: options.databaseUrl, max: 8 });
  // An idle connection that the server drops is replaced at the next query.
  pool?.on('error', () => undefined);
  const orders: Orders =
    pool === undefined ? async () => [{ id: 1, item: 'tea' }] : async (query) => (await pool.query(query)).rows;
  const releases = options.releases ?? {};
  const [blue, green] = await Promise.all([
    startSide({ name: 'blue', releases, orders }),
    startSide({ name: 'green', releases, orders }),
  ]);
  const both = { blue, green };
  const admin = await openDoor(handling((request, response) => administer(both, request, response)));
  return {
    ...both,
    side: (name) => both[name],
    adminUrl: admin.url,
    async stop() {
      await Promise.all([blue.down(), green.down(), admin.close(), pool?.end()]);
    },
  };
}

type Both = Readonly<Record<Side, ServiceSide>>;

async function administer(both: Both, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = `${request.method} ${new URL(request.url ?? '/', 'http://admin').pathname}`;
  if (route === 'GET /sides') return answerJson(response, 200, told(both, describe));
  if (route === 'GET /stats')
    return answerJson(
      response,
      200,
      told(both, (side) => side.stats()),
    );
  const [, name, what] = /^(?:POST|PUT) \/sides\/(\w+)\/(\w+)$/.exec(route) ?? [];
  const side = sides.find((one) => one === name);
  if (side === undefined) return answerJson(response, 404, { error: `no route ${route}` });
  const problem = await change(both[side], `${request.method} ${what}`, await readJson(request));
  if (problem !== undefined) return answerJson(response, 400, { error: problem });
  return answerJson(response, 200, describe(both[side]));
}

/** Does what the admin asks; gives the problem when it cannot. */
async function change(side: ServiceSide, what: string, body: unknown): Promise<string | undefined> {
  switch (what) {
    case 'POST deploy': {
      const parsed = deployBody.safeParse(body);
      if (!parsed.success) return z.prettifyError(parsed.error);
      const { version, sha, ...rest } = parsed.data;
      const behaviour = given(rest);
      await side.deploy({ version, sha }, Object.keys(behaviour).length > 0 ? behaviour : undefined);
      return undefined;
    }
    case 'PUT behaviour': {
      const parsed = behaviourBody.safeParse(body);
      if (!parsed.success) return z.prettifyError(parsed.error);
      side.behave(given(parsed.data));
      return undefined;
    }
    case 'POST down':
      await side.down();
      return undefined;
    case 'POST up':
      await side.up();
      return undefined;
    default:
      return `no such order: ${what}`;
  }
}

function given(behaviour: z.infer<typeof behaviourBody>): Behaviour {
  return Object.fromEntries(Object.entries(behaviour).filter(([, value]) => value !== undefined));
}

function describe(side: ServiceSide) {
  return { side: side.name, url: side.url, ...(side.running ?? { version: null, sha: null }) };
}

function told<T>(both: Both, tell: (side: ServiceSide) => T): Readonly<Record<Side, T>> {
  return { blue: tell(both.blue), green: tell(both.green) };
}
