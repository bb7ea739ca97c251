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

/** Runs every job once, after those it needs (of which it must know all). Resolves when all are done; `run` must not reject. */
export function schedule<J extends Job>(
  jobs: readonly J[],
  limits: Limits,
  run: (job: J) => Promise<void>,
): Promise<void> {
  const waiting = new Set(jobs);
  const done = new Set<string>();
  const busy = new Map<string, number>();
  let running = 0;
  return new Promise((resolve) => {
    const next = () => {
      for (const job of waiting) {
        if (running >= limits.total) break;
        if ((busy.get(job.host) ?? 0) >= limits.perHost || !job.needs.every((need) => done.has(need))) continue;
        waiting.delete(job);
        start(job);
      }
      if (running === 0) resolve();
    };
    const start = (job: J) => {
      running += 1;
      busy.set(job.host, (busy.get(job.host) ?? 0) + 1);
      void run(job).then(() => {
        running -= 1;
        busy.set(job.host, (busy.get(job.host) ?? 1) - 1);
        done.add(job.id);
        next();
      });
    };
    next();
  });
}
