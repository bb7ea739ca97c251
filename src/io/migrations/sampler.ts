// Watches from outside, while a migration runs, how long it holds locks that keep others out and how long others wait for it.
import type { Clock } from '../../world.ts';
import type { Guard } from './guard.ts';

/** Time between two samples, ms; what is shorter is not seen. A sample costs 2 to 7 ms (measured on PostgreSQL 18). */
export const samplePause = 25;

export interface LockTimes {
  readonly lockMs: number;
  readonly blockedMs: number;
}

// Tables that are not committed yet are invisible here, as they should be: nobody can wait for them.
const sampleQuery = `
  with ours as (select pid from pg_stat_activity where application_name = $1 and datname = current_database())
  select 'held' as kind, l.pid || ' ' || l.relation || ' ' || l.mode as key
  from pg_locks l join pg_class c on c.oid = l.relation
  where l.pid in (select pid from ours) and l.granted and c.relkind in ('r', 'p', 'm') and c.relnamespace <> 'pg_catalog'::regnamespace
    and c.oid is distinct from to_regclass($2)
    and l.mode in ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')
  union all
  select 'victim', a.pid::text from pg_stat_activity a
  where a.wait_event_type = 'Lock' and a.pid not in (select pid from ours)
    and exists (select from ours where ours.pid = any (pg_blocking_pids(a.pid)))`;

interface Sample {
  readonly kind: 'held' | 'victim';
  readonly key: string;
}

/** Runs `work` while sampling; gives its result with the longest hold and the longest wait seen, ms. A sample that fails ends the sampling only. */
export async function whileSampling<T>(
  guard: Guard,
  watch: { readonly clock: Clock; readonly historyTable: string },
  work: () => Promise<T>,
): Promise<LockTimes & { readonly result: T }> {
  const ended = new AbortController();
  const since = new Map<string, Sample & { readonly from: number }>();
  const longest = { held: 0, victim: 0 };
  const count = (): void => {
    for (const { kind, from } of since.values()) longest[kind] = Math.max(longest[kind], watch.clock.now() - from);
  };
  const sampling = (async () => {
    while (!ended.signal.aborted) {
      const seen = await guard.ask<Sample>(sampleQuery, [guard.worker, watch.historyTable]);
      if (ended.signal.aborted) break;
      count();
      const keys = new Set(seen.map((sample) => sample.kind + sample.key));
      for (const key of since.keys()) if (!keys.has(key)) since.delete(key);
      for (const sample of seen) {
        const key = sample.kind + sample.key;
        if (!since.has(key)) since.set(key, { ...sample, from: watch.clock.now() });
      }
      await watch.clock.sleep(samplePause, ended.signal);
    }
  })().catch(() => undefined);
  try {
    const result = await work();
    count();
    return { result, lockMs: longest.held, blockedMs: longest.victim };
  } finally {
    ended.abort();
    await sampling;
  }
}
