// The service: router, sides and numbers as they answer now, and the way back from here.
import type { Known, Unknown } from '../../evidence/answer.ts';
import type { SideFact } from '../../evidence/fact.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { Problem } from '../../kit/problem.ts';
import type { WayBackNow } from '../../record/way-back-now.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

export type Weights = Readonly<Record<string, number>>;

/** What one query answers now; `needed` by a limit or by `metrics.required`. */
export interface PresentValue {
  readonly metric: string;
  readonly needed: boolean;
  readonly sample:
    | { readonly kind: 'counts'; readonly bad: number; readonly total: number }
    | { readonly kind: 'value'; readonly value: number; readonly said?: string | undefined }
    | { readonly kind: 'no-data'; readonly because: string }
    | { readonly kind: 'error'; readonly because: string; readonly remedy: string };
}

/** A port that could not even be opened, e.g. for a variable that is not set. */
export function unopened(what: string, { parts }: Problem): Symptom {
  return symptom(what, 'fail', parts.what, parts.fix);
}

/** The weights as the router tells them: one side with all, or a split. */
export function routerSymptom(weights: Known<Weights> | Unknown): Symptom {
  if (weights.kind === 'unknown') return symptom('router', 'fail', weights.because, weights.remedy);
  return pass(
    'router',
    Object.entries(weights.value)
      .map(([side, weight]) => `${side} ${weight} %`)
      .join(', '),
  );
}

/** What a side runs and whether it says that it is well. Only a side with users has to. */
export function sideSymptom(side: SideFact, weights: Known<Weights> | Unknown, well: boolean | undefined): Symptom {
  const what = `side ${side.side}`;
  const share = weights.kind === 'known' ? (weights.value[side.side] ?? 0) : undefined;
  if (side.url === '')
    return symptom(what, 'not-configured', 'has no address: nobody can ask what it runs', 'Add it under `traffic.at`');
  const idle = share === 0 ? ', without users' : '';
  if (side.answers && well !== false)
    return pass(
      what,
      `runs ${side.version || side.sha.slice(0, 7) || 'a version it does not name'}${well === true ? ', well' : ''}${idle}`,
    );
  const found = side.answers
    ? `runs ${side.version} and is not well (traffic.health)`
    : `does not answer at ${side.url} (${side.because})`;
  if (share === 0) return pass(what, `${found}${idle}: the next deployment starts it`);
  return symptom(
    what,
    'fail',
    found,
    'Start it, or correct its address under `traffic.at` and its path under `traffic.health`',
  );
}

/** The value with its kind: counters with how many of them, a gauge, no data, or why the source refused. */
export function metricSymptom({ metric, needed, sample }: PresentValue): Symptom {
  const what = `metric ${metric}`;
  const standing = needed ? 'fail' : 'warn';
  switch (sample.kind) {
    case 'counts':
      return pass(what, `${round(sample.bad)} bad of ${round(sample.total)} in the last day`);
    case 'value':
      return pass(what, `${round(sample.value)} now${sample.said === undefined ? '' : `: ${sample.said}`}`);
    case 'no-data':
      return symptom(
        what,
        standing,
        `no data: ${sample.because}`,
        'Correct the query, or send requests: a canary without numbers is not judged',
      );
    case 'error':
      return symptom(what, standing, sample.because, sample.remedy);
  }
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Could it go back now, to what, by which way and how fast. */
export function wayBackSymptom(now: WayBackNow): Symptom {
  const what = 'way back now';
  switch (now.kind) {
    case 'first':
      return symptom(
        what,
        'not-configured',
        'nothing of ours ran here yet: there is nothing to go back to',
        'The first deployment that succeeds makes the way back of the second',
      );
    case 'no-target':
      return symptom(what, 'warn', now.because, 'The next version that succeeds has this one as its way back');
    case 'none':
      return symptom(what, 'fail', now.because, now.fix);
    case 'unknown':
      return symptom(what, 'unknown', now.because, now.fix);
    case 'ready': {
      const took = now.tookMs === undefined ? 'never done yet' : `the last one took ${formatDuration(now.tookMs)}`;
      const where = now.way === 'there' ? `everybody is on it already (${now.side})` : `by ${now.way} to ${now.side}`;
      return pass(what, `${now.target}, ${where}, within ${formatDuration(now.budgetMs)}; ${took}`);
    }
  }
}
