// The examination: asks everything a deployment will need, by reads alone, and ends with one line for each.
import type { Answers, Ask, Known, Unknown } from '../../evidence/answer.ts';
import { unknown } from '../../evidence/answer.ts';
import type { DeploymentFact, SideFact } from '../../evidence/fact.ts';
import { gather } from '../../evidence/round.ts';
import type { Run } from '../../evidence/run.ts';
import { Problem } from '../../kit/problem.ts';
import type { Effective } from '../../policy/effective.ts';
import { type Routing, routingOf } from '../../policy/routing.ts';
import { hasSides } from '../../policy/share-routing.ts';
import { effectiveOf, hasStrangeWorkspace, type TrustedPolicy } from '../../policy/trusted.ts';
import type { Outcome } from '../../record/outcome.ts';
import type { WayBackNow } from '../../record/way-back-now.ts';
import { accessSymptoms, asksAccess, asksPeople, peopleSymptoms } from './access.ts';
import { artifactSymptoms, asksArtifact } from './artifact.ts';
import { diagnosis } from './diagnosis.ts';
import { laterSymptoms } from './later.ts';
import { asksLines, lineSymptoms } from './lines.ts';
import { meansSymptoms } from './means.ts';
import { asksNeighbours, neighbourSymptoms } from './neighbours.ts';
import { brokenPolicy, leftOut, policySymptoms } from './policy.ts';
import { asksFiles, fileSymptoms, historySymptom, migrationsSymptom, type ReadSuite } from './repository.ts';
import {
  metricSymptom,
  type PresentValue,
  routerSymptom,
  sideSymptom,
  unopened,
  type Weights,
  wayBackSymptom,
} from './service.ts';
import { type Symptom, symptom } from './symptom.ts';
import { trustSymptoms } from './trust.ts';

type Facts = Known<readonly DeploymentFact[]> | Unknown;

/** The world as far as the doctor reads it: no port here can write but the router, whose `set` is not among its windows. */
export interface Ward {
  readonly run: Run;
  readonly ask: Ask;
  readonly clock: { now(): number };
  readonly log: { info(line: string): void };
  readonly env: (name: string) => string | undefined;
  readonly files: { list(folder: string): Promise<readonly string[]> };
  readonly router: (routing: Routing) => {
    get(): Promise<Known<Weights> | Unknown>;
    side(side: string): Promise<SideFact>;
  };
}

/** What other rooms know and the checklist may not import. */
export interface Lent {
  readonly policy: () => Promise<TrustedPolicy>;
  readonly readSuite: ReadSuite;
  /** Throws a Problem for what cannot be opened. */
  readonly present: (policy: Effective, seen: Users) => Promise<readonly PresentValue[]>;
  /** Undefined where the policy gives the sides no address. Never throws. */
  readonly isWell: (policy: Effective, side: string) => Promise<boolean | undefined>;
  readonly wayBack: (seen: {
    readonly policy: Effective;
    readonly facts: Facts;
    readonly sides: readonly SideFact[];
    readonly weights: Known<Weights> | Unknown;
    readonly now: number;
  }) => WayBackNow;
}

/** The side that has the users, the other one, and the version that the first says it runs; empty where nobody told. */
export interface Users {
  readonly stable: string;
  readonly idle: string;
  readonly version: string;
}

/** Where to look. `leg` empty: at every leg that the environment declares. */
export interface Place {
  readonly environment: string;
  readonly leg: string;
  /** Digests and URLs that the run names as what it will deploy. */
  readonly artifact: readonly string[];
}

/** Looks at everything and writes nothing. A policy with faults is a line like others; what needs no policy is looked at all the same. */
export async function examine(ward: Ward, place: Place, lent: Lent): Promise<Outcome> {
  const answers = await gather(ward.ask, (known) => asksAccess(ward.run, place.environment, known));
  const access = accessSymptoms(ward.run, place.environment, answers);
  const symptoms = await policied(ward, place, lent, answers).catch((error: unknown) => {
    if (error instanceof Problem) return [brokenPolicy(error)];
    throw error;
  });
  return diagnosis(ward, place.environment, [...symptoms, ...access]);
}

async function policied(ward: Ward, place: Place, lent: Lent, from: Answers): Promise<readonly Symptom[]> {
  const { ask, clock, files } = ward;
  const trusted = await lent.policy();
  const policy = effectiveOf(trusted, place);
  // Variables and hosts of a policy are its owner's; where the checked-out files are a stranger's, nothing beyond GitHub is asked.
  const strange = hasStrangeWorkspace(ward.run);
  const around = strange ? [] : [...asksNeighbours(policy, ward.env), ...asksArtifact(place.artifact)];
  const asks = (known: Answers) => [
    ...asksPeople(policy, known),
    ...asksFiles(policy, known),
    ...asksLines(policy, known),
    ...around,
  ];
  const answers = await gather(ask, asks, { from });
  const facts = answers.of({ kind: 'deployments', environment: place.environment });
  const names = place.leg === '' && policy.legs.length > 0 ? policy.legs : [place.leg];
  const legs = names.map((leg) => serviceSymptoms(ward, effectiveOf(trusted, { ...place, leg }), facts, lent));
  const means = strange ? [] : await meansSymptoms(ward, policy, place.artifact);
  return [
    ...policySymptoms(trusted, policy),
    ...peopleSymptoms(policy, answers),
    ...fileSymptoms(policy, answers, lent.readSuite),
    ...(await attempt('migrations', async () => [
      migrationsSymptom(policy, answers, await files.list(policy.migrations.directory)),
    ])),
    historySymptom(policy, answers, clock.now()),
    ...trustSymptoms(policy, ward.run, answers, clock.now()),
    ...(await Promise.all(legs)).flat(),
    ...means,
    ...(strange ? [] : neighbourSymptoms(trusted, policy, ward.env, answers)),
    ...(strange ? [] : artifactSymptoms(place.artifact, answers)),
    ...leftOut(policy),
    ...lineSymptoms(policy, answers),
    ...laterSymptoms(policy),
  ];
}

/** Router, sides, numbers and way back of one leg. Without a router there is nothing of it to ask: the line `traffic.router` says so. */
async function serviceSymptoms(ward: Ward, policy: Effective, facts: Facts, lent: Lent): Promise<readonly Symptom[]> {
  const leg = policy.leg ?? '';
  if (hasStrangeWorkspace(ward.run)) return [unaskedOn(ward.run.event)];
  const found = !hasSides(policy)
    ? await attempt('metrics', () => numbers(policy, { sides: [], weights: nobodyTold }, lent))
    : await attempt('router', () => routed(ward, policy, facts, lent));
  return leg === '' ? found : found.map((one) => ({ ...one, what: `${leg}: ${one.what}` }));
}

/** Routers and sources may be commands of the workspace, and there they would be the change's own. */
function unaskedOn(event: string): Symptom {
  const found = `not asked on ${event}: the checked-out files may be the change's own`;
  return symptom('router, sides, metrics, way back', 'warn', found, 'Run the doctor on `workflow_dispatch`');
}

async function routed(ward: Ward, policy: Effective, facts: Facts, lent: Lent): Promise<readonly Symptom[]> {
  const routing = routingOf(policy, ward.env);
  const router = ward.router(routing);
  const [weights, ...sides] = await Promise.all([router.get(), ...routing.sides.map((side) => router.side(side))]);
  const well = await Promise.all(sides.map(({ side }) => lent.isWell(policy, side)));
  return [
    routerSymptom(weights),
    ...sides.map((side, index) => sideSymptom(side, weights, well[index])),
    ...(await attempt('metrics', () => numbers(policy, { sides, weights }, lent))),
    wayBackSymptom(lent.wayBack({ policy, facts, sides, weights, now: ward.clock.now() })),
  ];
}

interface Standing {
  readonly sides: readonly SideFact[];
  readonly weights: Known<Weights> | Unknown;
}

const nobodyTold = unknown('the policy names no router', 'name one under `traffic:`');

/** The numbers of the side that has the users. */
async function numbers(policy: Effective, { sides, weights }: Standing, lent: Lent): Promise<readonly Symptom[]> {
  const [first = '', second = ''] = policy.traffic?.sides ?? [];
  const share = (side: string) => (weights.kind === 'known' ? (weights.value[side] ?? 0) : 0);
  const [stable, idle] = share(second) > share(first) ? [second, first] : [first, second];
  const version = sides.find(({ side }) => side === stable)?.version ?? '';
  return (await lent.present(policy, { stable, idle, version })).map(metricSymptom);
}

/** A Problem becomes the line of what it is about. */
async function attempt(what: string, look: () => Promise<readonly Symptom[]>): Promise<readonly Symptom[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Problem) return [unopened(what, error)];
    throw error;
  }
}
