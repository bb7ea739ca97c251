// Watches from outside, while a migration runs, which tables it locks, for how long, and who waits for it; cancels it when somebody waits too long.
import type { Clock, LockFact } from '../../world.ts';
import type { Guard } from './guard.ts';

/** Time between two samples, ms; what is shorter is not seen. A sample costs 2 to 7 ms (measured on PostgreSQL 18). */
export const samplePause = 25;

/** Why the watchdog ended a migration. */
export interface Cancelled {
  readonly reason: 'victim-waits' | 'too-long';
  readonly what: string;
}

export interface LockTimes {
  readonly lockMs: number;
  readonly blockedMs: number;
  readonly locks: readonly LockFact[];
  readonly cancelled: Cancelled | undefined;
}

export interface Watch {
  readonly clock: Clock;
  readonly historyTable: string;
  /** Longest wait of another session, ms; undefined: only watched. */
  readonly victimLimitMs?: number | undefined;
  /** Instant after which the run is over its limit; undefined: none. */
  readonly deadline?: number | undefined;
}

// Waiters are found in pg_locks, which every role may read; pg_stat_activity hides what others wait for from a role without pg_monitor.
// Tables that are not committed yet are invisible here, as they should be: nobody can wait for them.
const sampleQuery = `
  with ours as (
    select pid, left(query, 200) as query from pg_stat_activity where application_name = $1 and datname = current_database()),
  named as (
    select l.*, case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as name, c.relkind, c.oid as table_oid
    from pg_locks l left join pg_class c on c.oid = l.relation and l.locktype in ('relation', 'tuple')
      left join pg_namespace n on n.oid = c.relnamespace
    where not l.granted or l.pid in (select pid from ours))
  select 'held' as kind, l.pid || ' ' || l.relation || ' ' || l.mode as key, l.name, replace(l.mode, 'Lock', '') as mode, o.query, '' as who
  from named l join ours o on o.pid = l.pid
  where l.granted and l.relkind in ('r', 'p', 'm') and l.name !~ '^(pg_catalog|information_schema)[.]'
    and l.table_oid is distinct from to_regclass($2)
    and l.mode in ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')
  union all
  select 'own', 'own ' || l.pid || ' ' || coalesce(l.name, ''), coalesce(l.name, ''), replace(l.mode, 'Lock', ''), o.query, ''
  from named l join ours o on o.pid = l.pid where not l.granted
  union all
  select 'victim', w.pid::text, coalesce(w.name, ''), coalesce((
      select replace(h.mode, 'Lock', '') from named h
      where h.granted and h.relation = w.relation and h.pid in (select pid from ours) order by h.mode limit 1), ''),
    coalesce((select query from ours limit 1), ''), 'pid ' || w.pid || coalesce(' "' || nullif(a.application_name, '') || '"', '')
  from named w left join pg_stat_activity a on a.pid = w.pid
  where not w.granted and w.pid not in (select pid from ours)
    and exists (select from ours where ours.pid = any (pg_blocking_pids(w.pid)))`;

interface Sample {
  readonly kind: 'held' | 'own' | 'victim';
  readonly key: string;
  readonly name: string;
  readonly mode: string;
  readonly query: string;
  readonly who: string;
}

type Spell = Sample & { readonly from: number };

/** Gathers what samples and the runner itself saw, a fact for each table and mode. */
export class LockBook {
  readonly #facts = new Map<string, { -readonly [Key in keyof LockFact]: LockFact[Key] }>();

  /** Notes the longest of what is seen of one table and mode. `taking`: it is certain that this statement took the lock; a sample sees what runs then. */
  note(seen: Pick<LockFact, 'table' | 'mode' | 'statement'> & Partial<LockFact>, taking = false): void {
    const key = `${seen.table} ${seen.mode}`;
    const fact = this.#facts.get(key) ?? {
      ...{ table: seen.table, mode: seen.mode, statement: seen.statement },
      ...{ heldMs: 0, waitedMs: 0, victimMs: 0, rewritten: false },
    };
    if (taking) fact.statement = seen.statement;
    fact.heldMs = Math.max(fact.heldMs, seen.heldMs ?? 0);
    fact.waitedMs = Math.max(fact.waitedMs, seen.waitedMs ?? 0);
    fact.victimMs = Math.max(fact.victimMs, seen.victimMs ?? 0);
    fact.rewritten ||= seen.rewritten ?? false;
    this.#facts.set(key, fact);
  }

  /** Marks the strongest lock of a table as that of a rewrite. */
  rewrote(table: string): void {
    const found = [...this.#facts.values()].find((fact) => fact.table === table && fact.mode === 'AccessExclusive');
    if (found === undefined) this.note({ table, mode: 'AccessExclusive', statement: '', rewritten: true });
    else found.rewritten = true;
  }

  facts(): readonly LockFact[] {
    return [...this.#facts.values()].sort((a, b) => b.victimMs - a.victimMs || b.heldMs - a.heldMs);
  }
}

/** Runs `work` while sampling; gives its result with what was seen. A sample that fails ends the sampling only. */
export async function whileSampling<T>(
  guard: Guard,
  watch: Watch,
  work: (book: LockBook) => Promise<T>,
): Promise<LockTimes & { readonly result: T }> {
  const ended = new AbortController();
  const since = new Map<string, Spell>();
  const longest = { held: 0, own: 0, victim: 0 };
  const book = new LockBook();
  let cancelled: Cancelled | undefined;
  const count = (): void => {
    for (const spell of since.values()) {
      const ms = watch.clock.now() - spell.from;
      longest[spell.kind] = Math.max(longest[spell.kind], ms);
      noteSpell(book, spell, ms);
    }
  };
  const sampling = (async () => {
    while (!ended.signal.aborted) {
      const seen = await guard.ask<Sample>(sampleQuery, [guard.worker, watch.historyTable]);
      if (ended.signal.aborted) break;
      count();
      renew(since, seen, watch.clock.now());
      cancelled ??= await bite(guard, watch, since);
      await watch.clock.sleep(samplePause, ended.signal);
    }
  })().catch(() => undefined);
  const before = await fileNodes(guard, watch);
  try {
    const result = await work(book);
    count();
    ended.abort();
    await sampling;
    const after = await fileNodes(guard, watch);
    for (const [oid, { name, node }] of before) {
      const now = after.get(oid);
      if (now !== undefined && now.node !== node) book.rewrote(name);
    }
    return { result, lockMs: longest.held, blockedMs: longest.victim, locks: book.facts(), cancelled };
  } finally {
    ended.abort();
    await sampling;
  }
}

function noteSpell(book: LockBook, spell: Spell, ms: number): void {
  const at = { table: spell.name, mode: spell.mode, statement: firstWords(spell.query) };
  if (spell.kind === 'held') book.note({ ...at, heldMs: ms });
  if (spell.kind === 'own') book.note({ ...at, waitedMs: ms });
  if (spell.kind === 'victim') book.note({ ...at, victimMs: ms });
}

function renew(since: Map<string, Spell>, seen: readonly Sample[], now: number): void {
  const keys = new Set(seen.map((sample) => sample.kind + sample.key));
  for (const key of since.keys()) if (!keys.has(key)) since.delete(key);
  for (const sample of seen) {
    const key = sample.kind + sample.key;
    if (!since.has(key)) since.set(key, { ...sample, from: now });
  }
}

/** Cancels the migration when a victim waited too long or the run is over its limit. */
async function bite(guard: Guard, watch: Watch, since: ReadonlyMap<string, Spell>): Promise<Cancelled | undefined> {
  const now = watch.clock.now();
  const victim = [...since.values()].find(
    ({ kind, from }) => kind === 'victim' && watch.victimLimitMs !== undefined && now - from > watch.victimLimitMs,
  );
  const late = watch.deadline !== undefined && now > watch.deadline;
  if (victim === undefined && !late) return undefined;
  await guard.ask(
    'select pg_cancel_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
    [guard.worker],
  );
  if (victim === undefined) return { reason: 'too-long', what: 'the migration ran longer than its limit' };
  const table = victim.name === '' ? 'rows' : victim.name;
  return {
    reason: 'victim-waits',
    what: `the session ${victim.who} waited ${Math.round((now - victim.from) / 100) / 10} s for ${table} because of the migration`,
  };
}

/** Where each table lies: another place afterwards means that it was written anew. */
async function fileNodes(
  guard: Guard,
  watch: Watch,
): Promise<ReadonlyMap<string, { readonly name: string; readonly node: string }>> {
  const found = await guard
    .ask<{ oid: string; name: string; node: string }>(
      `select c.oid::text, case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname as name,
         pg_relation_filenode(c.oid)::text as node
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname !~ '^(pg_|information_schema$)'
         and c.oid is distinct from to_regclass($1)`,
      [watch.historyTable],
    )
    .catch(() => []);
  return new Map(found.map(({ oid, name, node }) => [oid, { name, node }]));
}

/** The beginning of a statement on one line, remarks in front left out. */
export function firstWords(sql: string): string {
  const bare = sql
    .replace(/^(?:\s*--[^\n]*\n|\s*\/\*[\s\S]*?\*\/)+/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return bare.length > 80 ? `${bare.slice(0, 79)}…` : bare;
}
