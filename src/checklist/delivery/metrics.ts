// The mode metrics: reads the records of an environment, computes the delivery figures of a quarter, and shows them beside the policy's targets.
import type { Answers, Ask } from '../../evidence/answer.ts';
import type { IssueFact } from '../../evidence/fact.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { gather } from '../../evidence/round.ts';
import { formatDuration } from '../../kit/duration.ts';
import type { Phrase } from '../../kit/phrase.ts';
import type { Effective } from '../../policy/effective.ts';
import { deliveryOf, leadPairs, type Window } from '../../record/delivery.ts';
import { forwards, type History } from '../../record/history.ts';
import { asksLeadTime, leadTimeOf, mostPairs } from '../../record/lead-time.ts';
import type { Outcome, Table } from '../../record/outcome.ts';
import { type Figure, figuresOf, type Measured, untold } from './figure.ts';
import { badgeOf, sparkline } from './picture.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** The window of the figures (reference, delivery figures: 90 days), and the months of the picture. */
const windowMs = 90 * dayMs;
const monthMs = 30 * dayMs;
const monthsShown = 12;

export interface MetricsAsked {
  readonly policy: Effective;
  readonly history: History;
  readonly ask: Ask;
  readonly now: number;
  /** Writes a file of the job and gives its path. */
  readonly write: (name: string, text: string) => Promise<string>;
}

const incidentIssues: QuestionOf<'issues'> = { kind: 'issues', label: 'incident', state: 'all' };

/** Computes and shows. Asks at most one question a pair of deployments and one for incidents; writes the badges and nothing else. */
export async function metricsOf(asked: MetricsAsked): Promise<Pick<Outcome, 'result' | 'table' | 'warnings'>> {
  const { policy, history, ask, now, write } = asked;
  const window = windowOf(history, now);
  const pairs = leadPairs(history, window);
  const answers = await gather(ask, () => [incidentIssues, ...asksLeadTime(pairs)], { rounds: 1 });
  const incidents = namedBy(answers.value(incidentIssues) ?? [], history);
  const measured = (type?: string): Measured => ({
    figures: deliveryOf(history, window, { incidents, ...(type === undefined ? {} : { type }) }),
    lead: leadTimeOf(type === undefined ? pairs : pairs.filter((pair) => pair.type === type), answers),
  });
  const whole = measured();
  const months = Array.from({ length: monthsShown }, (_, index) => {
    const to = now - (monthsShown - 1 - index) * monthMs;
    return deliveryOf(history, { from: to - monthMs, to }, { incidents });
  });
  const figures = figuresOf(policy, whole, { months, byType: measured });
  const place = [policy.environment, policy.unit.name ?? ''].filter((part) => part !== '').join('-');
  const badges: Record<string, string> = {};
  for (const { id, title, words, attained } of figures.filter(({ title }) => !title.includes(', '))) {
    badges[id] = await write(
      `badge-${place.replace(/[^\w.-]+/g, '-')}-${id}.json`,
      JSON.stringify(badgeOf(title.toLowerCase(), words, attained)),
    );
  }
  const notes = notesOf(whole, { policy, figures, answers, history });
  return {
    table: tableOf(policy, { figures, notes, window }),
    warnings: [],
    result: {
      environment: policy.environment,
      unit: policy.unit.name ?? '',
      window,
      figures,
      lead: whole.lead,
      counts: whole.figures,
      months,
      notes,
      badges,
      tiers: 'bands of the 2024 DORA report; the report of 2025 has none',
    },
  };
}

/** A quarter, or less where the records are younger: counted from the first deployment. */
function windowOf(history: History, now: number): Window {
  const first = forwards(history).at(-1)?.beganAt ?? now;
  return { from: Math.max(now - windowMs, Math.min(first, now)), to: now };
}

/** The Deployments that an incident issue names, as `deployment 9001` or by an address that ends so. */
function namedBy(issues: readonly IssueFact[], history: History): ReadonlySet<number> {
  const text = issues.map(({ title, body }) => `${title}\n${body}`).join('\n');
  const named = [...text.matchAll(/\bdeployments?[ /#]+(\d+)/gi)].map((match) => Number(match[1]));
  const ours = new Set(forwards(history).map(({ id }) => id));
  return new Set(named.filter((id) => ours.has(id)));
}

interface Shown {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
  readonly window: Window;
}

function tableOf({ environment, unit }: Effective, { figures, notes, window }: Shown): Table {
  const days = Math.max(1, Math.round((window.to - window.from) / dayMs));
  const missed = figures.filter(({ attained }) => attained === 'missed').map(({ title }) => title.toLowerCase());
  const targeted = figures.filter(({ target }) => target.target !== '').length;
  const judged = missed.length === 0 ? `no target of ${targeted} is missed` : `missed: ${missed.join(', ')}`;
  const name = unit.name === undefined ? environment : `${environment}, ${unit.name}`;
  return {
    title: `Delivery of ${name}: the last ${days} days`,
    sentence: [`From the deployments on record alone; ${judged}. `, ...notes.map((note) => `${note} `)],
    head: ['Figure', 'Now', 'p90', 'n', 'Target', 'Judged', '2024 tier', '12 months'],
    rows: figures.map(rowOf),
  };
}

function rowOf(figure: Figure): readonly Phrase[] {
  const { title, words, p90, n, target, attained, tier, months } = figure;
  const acceptable = target.acceptable === '' ? '' : ` (acceptable ${target.acceptable})`;
  return [
    title,
    p90 === undefined ? words : `median ${words}`,
    p90 === undefined ? '' : formatDuration(p90),
    String(n),
    target.target === '' ? '' : `${target.target}${acceptable}`,
    attained === 'no target' ? '' : attained,
    tier ?? '',
    pictureOf(figure, months),
  ];
}

/** The picture with its last and its largest number, for who cannot see it. */
function pictureOf({ p90, value }: Figure, months: Figure['months']): string {
  const known = months.flatMap((month) => (month === undefined ? [] : [month]));
  if (known.length === 0) return '';
  const isTime = p90 !== undefined;
  const isShare = typeof value === 'number' && !isTime;
  const said = (one: number | undefined) => {
    if (one === undefined) return '–';
    if (isTime) return formatDuration(one);
    return isShare ? `${Number((one * 100).toFixed(1))} %` : String(one);
  };
  return `${sparkline(months)} last ${said(months.at(-1))}, most ${said(Math.max(...known))}`;
}

function notesOf(
  { figures, lead }: Measured,
  around: {
    readonly policy: Effective;
    readonly figures: readonly Figure[];
    readonly answers: Answers;
    readonly history: History;
  },
): readonly string[] {
  const { bound, diverged, unread, cut } = lead.skipped;
  const others = untold(around.policy, around.figures);
  const issues = around.answers.of(incidentIssues);
  const beside: readonly (readonly [number, string])[] = [
    [figures.rollbacks, 'rollbacks are shown beside the deployments, not among them'],
    [figures.failedAttempts, 'attempts never succeeded: a failed pipeline is no failed change'],
    [figures.foreign, 'Deployments that are not ours are left out'],
    [bound, `older pairs of deployments were not compared for the lead time (at most ${mostPairs} are)`],
    [diverged, 'pairs whose histories diverged tell no lead time'],
    [unread, 'pairs could not be compared'],
    [cut, 'comparisons were too long to be told whole'],
    [lead.negative, 'commits are dated after their deployment'],
  ];
  return [
    ...beside.flatMap(([count, words]) => (count === 0 ? [] : [`${count} ${words}.`])),
    ...(issues.kind === 'unknown' ? [`Incident issues were not read (${issues.because}: ${issues.remedy}).`] : []),
    ...(others.length === 0 ? [] : [`Not told by records: ${others.join(', ')}.`]),
  ];
}
