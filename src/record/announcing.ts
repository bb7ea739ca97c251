// An announcement as data: what happened to which deployment, and the lines of the policy that want to hear it. Its words are the report room's.
import type { Phrase } from '../kit/phrase.ts';
import type { Effective } from '../policy/effective.ts';
import { type Happening, happens } from '../policy/occasion.ts';
import type { AnnounceEvent, Announcement } from '../policy/parts.ts';
import type { Evidence } from './evidence.ts';

/** `progress` is what a line with `heartbeat` hears between the others. */
export type Told = AnnounceEvent | 'progress';

export interface Announcing {
  readonly event: Told;
  /** Names the occasion: said once, whoever comes first. */
  readonly key: string;
  readonly environment: string;
  readonly unit: string;
  readonly leg: string;
  readonly sha: string;
  /** Commits whose records tell whether it was said already. */
  readonly shas: readonly string[];
  readonly version: string;
  /** What ran before; empty when nothing did, or nobody knows. */
  readonly from: string;
  readonly title: string;
  readonly sentence: Phrase;
  /** `canary: 10 %, 25 %, 100 %`; empty where none is chosen. */
  readonly strategy: string;
  /** Of the whole plan, ms; 0 when it is not known. */
  readonly expectedMs: number;
  readonly risk: string;
  readonly progress: string;
  readonly migration: Phrase;
  readonly wayBack: Phrase;
  readonly who: string;
  /** When it is planned to begin; only of a notice. */
  readonly plannedAt?: number;
  readonly pulls: readonly number[];
  readonly deploymentId: number | null;
  readonly runUrl: string;
  readonly reportUrl: string;
  readonly at: number;
  /** `enforce: report`: said as what would have happened. */
  readonly would: boolean;
  /** Nothing is sent, only shown: `dry-run`, or a fork. */
  readonly silent: boolean;
  /** Position of the leg among its like: they announce one after the other, so that each sees what was said. */
  readonly turn: number;
  readonly lines: readonly Announcement[];
}

/** What the room that announces knows beyond its evidence. */
export interface Occurrence extends Happening {
  readonly event: Told;
  /** Names it within its deployment, as a stage does; default nothing. */
  readonly what?: string;
  /** The Deployment it is about, when that is not the evidence's own. */
  readonly about?: number;
  readonly from?: string;
  readonly plan?: string;
  readonly risk?: string;
  readonly progress?: string;
  readonly who?: string;
  readonly plannedAt?: number;
  /** Other commits of the same change, whose records may tell that it was said already. */
  readonly shas?: readonly string[];
  /** Names whose occasion it is, where that outlives commits; default the Deployment, else the commit. */
  readonly owner?: string;
  /** Each leg says it for itself. */
  readonly perLeg?: boolean;
}

type Source = Omit<
  Evidence,
  'marker' | 'schema' | 'rows' | 'moments' | 'details' | 'found' | 'tree' | 'moment' | 'action' | 'facts'
>;

/** The announcement of an occurrence; none when no line of the policy wants it on any channel. */
export function announcingOf(
  policy: Effective,
  evidence: Source,
  occurrence: Occurrence,
  { silent }: { readonly silent: boolean },
): readonly Announcing[] {
  const { event } = occurrence;
  const lines = policy.announce.filter((line) => hears(line, event) && happens(line.if, occurrence));
  if (lines.length === 0) return [];
  const plan = policy.plans[occurrence.plan ?? ''];
  const stages = plan?.stages.map(({ weight }) => `${weight} %`).join(', ');
  const { environment, unit, leg, sha, version, title, sentence, migration, wayBack, pulls, run, at } = evidence;
  const deploymentId = occurrence.about ?? evidence.deploymentId;
  const owner = occurrence.owner ?? (deploymentId === null ? sha.slice(0, 12) : String(deploymentId));
  const parts = [event, environment, unit, owner, occurrence.what ?? '', occurrence.perLeg === true ? leg : ''];
  return [
    {
      ...{ event, key: parts.filter((part) => part !== '').join(' '), environment, unit, leg, sha, version, title },
      ...{ sentence, migration, wayBack, pulls, deploymentId, at, silent, lines, runUrl: run.url, reportUrl: '' },
      shas: [...new Set([sha, ...(occurrence.shas ?? [])])].filter((one) => one !== ''),
      from: occurrence.from ?? '',
      strategy: plan === undefined ? (occurrence.plan ?? '') : `${plan.name}: ${stages}`,
      expectedMs: plan?.stages.reduce((sum, { bakeMs }) => sum + bakeMs, 0) ?? 0,
      risk: occurrence.risk ?? '',
      progress: occurrence.progress ?? '',
      who: occurrence.who ?? '',
      ...(occurrence.plannedAt === undefined ? {} : { plannedAt: occurrence.plannedAt }),
      would: evidence.reportOnly,
      turn: occurrence.perLeg === true ? 0 : Math.max(0, policy.legs.indexOf(leg)),
    },
  ];
}

/** Connected, and wants the event; progress is for lines with a heartbeat. */
function hears({ channels, when, heartbeatMs }: Announcement, event: Told): boolean {
  if (Object.keys(channels).length === 0) return false;
  return event === 'progress' ? heartbeatMs !== undefined : when.includes(event);
}

/** How often the quickest line wants to hear progress, ms; undefined when none does. */
export function heartbeatOf({ announce }: Pick<Effective, 'announce'>): number | undefined {
  const wanted = announce.flatMap(({ heartbeatMs, channels }) =>
    heartbeatMs === undefined || Object.keys(channels).length === 0 ? [] : [heartbeatMs],
  );
  return wanted.length === 0 ? undefined : Math.min(...wanted);
}
