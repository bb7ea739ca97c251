// The observed share: which part of the requests of a stage the new version really got, beside the weight that the router was told.
import { formatPercent } from '../kit/percent.ts';
import { type Interval, wilson } from './interval.ts';
import { type PollLog, pooled } from './sample.ts';
import type { Setting } from './trial.ts';

export interface Observed {
  readonly stage: string;
  /** Percent as the plan has it, a band where the router is coarse. */
  readonly weight: { readonly from: number; readonly to: number };
  /** Whose requests were counted. */
  readonly metric: string;
  readonly canary: number;
  readonly stable: number;
  /** 0..1, with its bounds at two-sided 95 %. */
  readonly share: number;
  readonly interval: Interval;
}

/** Since the warm-up, by the first compared metric that counts requests of both versions, else by the one that counts most; undefined where none does,
 * or where one version has everybody. */
export function observedShare({
  setting,
  log,
}: {
  readonly setting: Pick<Setting, 'stage' | 'compared'>;
  readonly log: PollLog;
}): Observed | undefined {
  const { stage, compared } = setting;
  if (stage.weight <= 0 || stage.weight >= 100) return undefined;
  const polls = log.filter((poll) => poll.stage === stage.id && poll.warm);
  const names = new Set(polls.flatMap(({ samples }) => Object.keys(samples)));
  const counted = [...names].flatMap((metric) => {
    const canary = pooled(polls, metric, 'canary')?.total;
    const stable = pooled(polls, metric, 'stable')?.total;
    return canary === undefined || stable === undefined || canary + stable <= 0 ? [] : [{ metric, canary, stable }];
  });
  const first = compared.flatMap(({ metric }) => counted.filter((one) => one.metric === metric));
  const most = [...counted].sort((a, b) => b.canary + b.stable - (a.canary + a.stable));
  const [chosen] = [...first, ...most];
  if (chosen === undefined) return undefined;
  const { canary, stable } = chosen;
  const interval = wilson({ bad: canary, total: canary + stable }, 1.96);
  const weight = { from: stage.weight, to: stage.weightTo };
  return { ...chosen, stage: stage.id, weight, share: canary / (canary + stable), interval };
}

/** `share 9.8 % (set 10 %)` */
export function sharePhrase({ share, weight: { from, to } }: Observed): string {
  return `share ${formatPercent(share, 1)} (set ${from === to ? '' : `${from} to `}${to} %)`;
}
