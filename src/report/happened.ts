// "What happened": one row a stage, leg and action of the newest Deployment.
import { alphabetically } from '../kit/alphabet.ts';
import type { Evidence, EvidenceMoment } from '../record/evidence.ts';
import type { Block } from './fit.ts';
import { instant, span } from './instant.ts';
import { type Allowed, escapeText, inline, link, spoken, tableHead, tableRow } from './markdown.ts';
import type { Kept, Scene } from './scene.ts';

interface Told {
  readonly kept: Kept;
  readonly moment: EvidenceMoment;
}

const stageNames: Readonly<Record<Evidence['action'], string>> = {
  'pre-deploy-gate': 'gate',
  migrate: 'migrate',
  'canary-step': 'canary',
  'smoke-test': 'smoke',
  rollback: 'rollback',
};

/** The table; nothing while only the gate has spoken and no Deployment has begun. */
export function happenedBlock(scene: Scene, allowed: Allowed, rank: number): readonly Block[] {
  const acted = ({ evidence }: Kept): boolean =>
    evidence.deploymentId !== null || evidence.action !== 'pre-deploy-gate';
  const begun = scene.forward !== undefined || scene.current.some(acted);
  const told = begun ? momentsOf(scene.current) : [];
  if (told.length === 0) return [];
  const newest = scene.current[0];
  return [
    {
      frame: '',
      open: tableHead(['Stage', 'Time (UTC)', 'Verdict', 'In figures']),
      rows: told.map((one) => rowOf(one, scene.now, allowed)),
      close: '',
      rank,
      where: newest === undefined || newest.url === '' ? '' : link('the check runs of the commit', newest.url, allowed),
    },
  ];
}

/** The newest word on each stage and leg, in the order they began. */
function momentsOf(newestFirst: readonly Kept[]): readonly Told[] {
  const byStage = new Map<string, Told>();
  for (const kept of newestFirst) {
    for (const moment of [...toldBy(kept.evidence)].reverse()) {
      const key = keyOf(kept.evidence, moment);
      if (!byStage.has(key)) byStage.set(key, { kept, moment });
    }
  }
  return [...byStage.values()].sort(
    (a, b) =>
      a.moment.from - b.moment.from ||
      a.moment.to - b.moment.to ||
      alphabetically(a.kept.evidence.leg, b.kept.evidence.leg),
  );
}

/** Smoke tests and rollbacks may happen more than once in a Deployment: each run is its own row, a re-run replaces it. */
function keyOf({ action, leg, run }: Evidence, { stage }: EvidenceMoment): string {
  const again = action === 'smoke-test' || action === 'rollback' ? [run.id, run.job] : [];
  return JSON.stringify([action, leg, stage, ...again]);
}

/** An evidence without moments is one itself. */
function toldBy(evidence: Evidence): readonly EvidenceMoment[] {
  if (evidence.moments.length > 0) return evidence.moments;
  const { action, at, verdict, title } = evidence;
  return [{ stage: stageNames[action], from: at, to: at, verdict, figures: spoken(title) }];
}

function rowOf({ kept, moment }: Told, now: number, allowed: Allowed): string {
  const { leg } = kept.evidence;
  const stage = leg === '' ? moment.stage : `${moment.stage} · ${leg}`;
  const time = moment.to > moment.from ? span(moment.from, moment.to, now) : instant(moment.from, now);
  const verdict = kept.url === '' ? escapeText(moment.verdict) : link(moment.verdict, kept.url, allowed);
  return tableRow([escapeText(stage), time, verdict, inline(moment.figures, allowed)]);
}
