// What one section of a report is about: the evidence of an environment and unit, and the Deployment it belongs to.
import { alphabetically } from '../kit/alphabet.ts';
import type { Evidence } from '../record/evidence.ts';
import { type Attempt, childrenOf, forwards, type History, readHistory, rollbacks } from '../record/history.ts';
import { readRecord } from '../record/keep.ts';
import type { ReportSource } from './source.ts';

/** Evidence with the page that shows it. */
export interface Kept {
  readonly evidence: Evidence;
  readonly url: string;
}

export interface Scene {
  readonly environment: string;
  readonly unit: string;
  /** All evidence of this pull request here, newest first. */
  readonly kept: readonly Kept[];
  /** Of these, what was found out about the newest Deployment; newest first. */
  readonly current: readonly Kept[];
  readonly forward: Attempt | undefined;
  /** The rollback that left `forward`, when there is one. */
  readonly back: Attempt | undefined;
  /** Whether a status newer than all evidence decides the title; on the page of one run its own evidence does. */
  readonly live: boolean;
  readonly now: number;
}

/** The sections of a pull request's report: where something happened last stands first. */
export function scenesOf(source: ReportSource): readonly Scene[] {
  const kept = keptOf(source);
  const places = new Map<string, Pick<Scene, 'environment' | 'unit'>>();
  for (const { evidence } of kept) places.set(placeKey(evidence), evidence);
  for (const environment of new Set(source.deployments.map((one) => one.environment))) {
    for (const unit of unitsOf(source, environment)) places.set(placeKey({ environment, unit }), { environment, unit });
  }
  return [...places.values()]
    .map((place) => sceneOf(source, kept, place))
    .filter((scene) => scene.kept.length > 0 || scene.forward !== undefined)
    .sort((a, b) => latest(b) - latest(a) || alphabetically(placeKey(a), placeKey(b)));
}

/** The section about one action run: its evidence alone, with the Deployment it names. */
export function sceneOfRun(evidence: Evidence, source?: ReportSource): Scene {
  const { environment, unit } = evidence;
  const history = readHistory(source?.deployments ?? [], { environment, unit });
  const named = history.attempts.find(({ id }) => id === evidence.deploymentId);
  const kept: readonly Kept[] = [{ evidence, url: evidence.run.url }];
  const back = named?.task === 'deploy:rollback' ? named : undefined;
  const forward = named?.task === 'deploy' ? named : undefined;
  return { environment, unit, kept, current: kept, forward, back, live: false, now: source?.now ?? evidence.at };
}

/** Instant of the newest thing known here. */
export function latest(scene: Scene): number {
  const told = [scene.forward, scene.back].map((attempt) => attempt?.happened.at(-1)?.at ?? attempt?.beganAt ?? 0);
  return Math.max(scene.kept[0]?.evidence.at ?? 0, ...told);
}

function sceneOf(source: ReportSource, all: readonly Kept[], place: Pick<Scene, 'environment' | 'unit'>): Scene {
  const { environment, unit } = place;
  const kept = all.filter(({ evidence }) => placeKey(evidence) === placeKey(place));
  const history = readHistory(source.deployments, place);
  const forward = forwards(history).find((attempt) => carries(attempt, source.pull));
  const back = forward === undefined ? undefined : rollbacks(history).find((attempt) => leaves(attempt, forward));
  const scene = { environment, unit, kept, forward, back, live: true, now: source.now };
  return { ...scene, current: currentOf(kept, forward, history) };
}

/** Evidence that names the newest Deployment, its migrations or its rollbacks; without an id, evidence of the deploy moment since it began. */
function currentOf(kept: readonly Kept[], forward: Attempt | undefined, history: History): readonly Kept[] {
  const told = kept.flatMap(({ evidence }) => (evidence.action === 'rollback' ? [] : (evidence.deploymentId ?? [])));
  const id = Math.max(forward?.id ?? 0, ...told);
  if (id === 0) return withoutDeployment(kept);
  const children = new Set(childrenOf(history, id).map((child) => child.id));
  return kept.filter(({ evidence }) => {
    if (evidence.deploymentId === null) return evidence.moment === 'deploy' && evidence.at >= (forward?.beganAt ?? 0);
    if (evidence.deploymentId === id || children.has(evidence.deploymentId)) return true;
    return evidence.action === 'rollback' && evidence.deploymentId > id;
  });
}

/** Where nothing began a Deployment (smoke tests alone, a closed gate): what was found out about the newest commit at the deploy moment. */
function withoutDeployment(kept: readonly Kept[]): readonly Kept[] {
  const deployed = kept.filter(({ evidence }) => evidence.moment === 'deploy');
  return deployed.filter(({ evidence }) => evidence.sha === deployed[0]?.evidence.sha);
}

function keptOf(source: ReportSource): readonly Kept[] {
  return source.records
    .flatMap((fact) => {
      const evidence = readRecord(fact);
      return evidence === undefined || !speaksOf(evidence, source.pull)
        ? []
        : [{ evidence, url: fact.url, id: fact.id }];
    })
    .sort((a, b) => b.evidence.at - a.evidence.at || b.id - a.id);
}

/** A rollback without pull requests is a drill or another change's; any other action judged this commit. */
function speaksOf(evidence: Evidence, pull: number | undefined): boolean {
  if (pull === undefined || evidence.pulls.includes(pull)) return true;
  return evidence.pulls.length === 0 && evidence.action !== 'rollback';
}

function carries({ payload }: Attempt, pull: number | undefined): boolean {
  return payload.kind !== 'migration' && (pull === undefined || payload.pulls.includes(pull));
}

function leaves(attempt: Attempt, forward: Attempt): boolean {
  const { payload } = attempt;
  return payload.kind === 'rollback' && payload.from?.deploymentId === forward.id;
}

function unitsOf(source: ReportSource, environment: string): readonly string[] {
  const units = source.deployments.flatMap((fact) => {
    const { payload } = fact;
    const named = typeof payload === 'object' && payload !== null && 'unit' in payload ? payload.unit : undefined;
    return fact.environment === environment && typeof named === 'string' ? [named] : [];
  });
  return [...new Set(units)];
}

function placeKey(place: Pick<Scene, 'environment' | 'unit'>): string {
  return JSON.stringify([place.environment, place.unit]);
}
