// In which order checks run: as soon as what they need is done, as many at once as the suite allows, and not too many on one host.

export interface Job {
  readonly id: string;
  readonly needs: readonly string[];
  readonly host: string;
}

export interface Limits {
  readonly total: number;
  readonly perHost: number;
}

interface Host<J> {
  readonly queue: J[];
  from: number;
  busy: number;
}

/** Runs every job once, after those it needs (needs among the jobs; others count as done). Resolves when all are done; `run` must not reject. */
export function schedule<J extends Job>(
  jobs: readonly J[],
  limits: Limits,
  run: (job: J) => Promise<void>,
): Promise<void> {
  const ids = new Set(jobs.map(({ id }) => id));
  const open = new Map(jobs.map((job) => [job.id, job.needs.filter((need) => ids.has(need)).length]));
  const after = new Map<string, J[]>();
  for (const job of jobs) {
    for (const need of job.needs) {
      const list = after.get(need) ?? [];
      list.push(job);
      after.set(need, list);
    }
  }
  // What may start, by host: a host that is busy must not be looked through for every check that ends.
  const hosts = new Map<string, Host<J>>();
  const places = new Map(jobs.map((job, place) => [job.id, place]));
  const enqueue = (job: J) => {
    const host = hosts.get(job.host) ?? { queue: [], from: 0, busy: 0 };
    host.queue.push(job);
    hosts.set(job.host, host);
  };
  for (const job of jobs) if (open.get(job.id) === 0) enqueue(job);
  /** The host with room whose next job stands first in the file. */
  const nextHost = () => {
    let first: { readonly host: Host<J>; readonly job: J; readonly place: number } | undefined;
    for (const [name, host] of hosts) {
      const job = host.queue[host.from];
      if (job === undefined && host.busy === 0) hosts.delete(name);
      if (job === undefined || host.busy >= limits.perHost) continue;
      const place = places.get(job.id) ?? 0;
      if (first === undefined || place < first.place) first = { host, job, place };
    }
    return first;
  };
  let running = 0;
  return new Promise((resolve) => {
    const next = () => {
      for (let found = nextHost(); running < limits.total && found !== undefined; found = nextHost()) {
        found.host.from += 1;
        start(found.job, found.host);
      }
      if (running === 0) resolve();
    };
    const start = (job: J, host: Host<J>) => {
      running += 1;
      host.busy += 1;
      void run(job).then(() => {
        running -= 1;
        host.busy -= 1;
        for (const one of after.get(job.id) ?? []) {
          const left = (open.get(one.id) ?? 1) - 1;
          open.set(one.id, left);
          if (left === 0) enqueue(one);
        }
        next();
      });
    };
    next();
  });
}
