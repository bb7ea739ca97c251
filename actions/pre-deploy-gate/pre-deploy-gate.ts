// Pre-deploy gate: may this deployment begin? Asks what the policy's checklist asks, judges, and begins the Deployment when it opens.
import { isWell } from '../../src/canary/health.ts';
import { podsOf } from '../../src/canary/port.ts';
import { type Looking, presentValues } from '../../src/canary/present.ts';
import { isConcerned } from '../../src/checklist/change.ts';
import { checksStillRun, ciPollMs, onlyChecksRun } from '../../src/checklist/ci-wait.ts';
import { examine } from '../../src/checklist/doctor/examination.ts';
import { judgeGoingBack } from '../../src/checklist/going-back.ts';
import { inquire, type Seen } from '../../src/checklist/inquiry.ts';
import { type Judgement, judge, notConcerned } from '../../src/checklist/judge.ts';
import { otherMode } from '../../src/checklist/mode.ts';
import { cancelledBefore, mayBegin, openGate } from '../../src/checklist/opening.ts';
import { endedGate } from '../../src/checklist/outcome.ts';
import { policyChangeOf } from '../../src/checklist/policy-change.ts';
import { isMute, type Scope, scopeOf, versionOf } from '../../src/checklist/scope.ts';
import { stableAndIdle } from '../../src/checklist/sides.ts';
import type { Statement } from '../../src/checklist/statement.ts';
import { wayBackOf } from '../../src/checklist/way-back.ts';
import type { Effective } from '../../src/policy/effective.ts';
import { formatFault } from '../../src/policy/fault.ts';
import { routingOf } from '../../src/policy/routing.ts';
import { effectiveOf, trustedPolicy } from '../../src/policy/trusted.ts';
import { schemaGuard } from '../../src/rollback/guard.ts';
import { readinessOf } from '../../src/rollback/readiness.ts';
import { loadLibraries } from '../../src/smoke/library.ts';
import { readSuite } from '../../src/smoke/suite.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import type { GateSight, Outcome } from '../../src/world.ts';
import type { Inputs } from './inputs.ts';

/** Decides whether a deployment may begin (or a pull request be merged), or ends, locks, unlocks. Begins a Deployment only at the deploy moment. */
export async function step(world: GateSight, inputs: Inputs): Promise<Outcome> {
  const { run, log } = world;
  if (inputs.mode === 'doctor')
    return log.beat('Doctor: look at everything, touch nothing', () => doctor(world, inputs));
  const place = { path: inputs.policy, source: inputs['policy-source'], run };
  const trusted = await log.beat('Policy: read where the change cannot reach it', () =>
    trustedPolicy(world.ask, place, vocabulary),
  );
  const policy = effectiveOf(trusted, { environment: inputs.environment, leg: inputs.leg });
  if (inputs.mode !== 'decide') return log.beat(`Record: ${inputs.mode}`, () => runMode(world, inputs, policy));
  const scope = scopeOf(run, { moment: inputs.moment, expectedSha: inputs['expected-sha'] }, policy);
  for (const warning of trusted.warnings()) log.warn(formatFault(warning));
  const { seen, policyChange } = await log.beat('Evidence: ask what the checklist asks', async () => {
    const looked = await look(world, inputs, policy, scope);
    const change = await policyChangeOf(world.ask, { scope, seen: looked, trusted, type: inputs.type });
    const added = change === undefined ? [] : [change.finding];
    return { seen: { ...looked, findings: [...looked.findings, ...added] }, policyChange: change };
  });
  const planned = { policy, plan: seen.judged.change.plan };
  const sides = await stableAndIdle(planned, scope.moment, () => world.router(routingOf(policy, world.env)).get());
  const statement = await log.beat('Judge: may it begin?', async (): Promise<Statement> => {
    const { change, now } = seen.judged;
    const judgement = judgementOf(seen);
    log.info(`${judgement.verdict} (${judgement.reason}): ${judgement.title}`);
    const wayBack = wayBackOf({ policy, change, now, stableSide: sides.stable }, seen.answers);
    const version = versionOf(run, inputs.version, scope.sha);
    return { ...seen, judgement, trusted, policyChange, version, wayBack, deploymentId: seen.back?.id };
  });
  const silent = inputs['dry-run'] || isMute(run);
  const ending = { sides, ifWaiting: inputs['if-waiting'], silent };
  if (silent || !mayBegin(statement)) return endedGate(statement, ending);
  if (world.cancelled.aborted) throw cancelledBefore(scope.environment);
  const deploymentId = await log.beat('Record: the deployment begins', () => openGate(world, statement, seen.answers));
  return endedGate({ ...statement, deploymentId }, ending);
}

/** Post has nothing to do: a Deployment that the gate began is carried on, or found left, by those who come after. */
export const finish = undefined;

/** Asks once; while nothing but running checks is missing, waits for them and then asks everything afresh. */
async function look(world: GateSight, inputs: Inputs, policy: Effective, scope: Scope): Promise<Seen> {
  const { clock, cancelled, run, ask } = world;
  const until = clock.now() + inputs.wait;
  const override = { ids: inputs.override, reason: inputs['override-reason'] };
  const asked = { policy, scope, run, override, type: inputs.type, artifact: inputs.artifact, guard: schemaGuard };
  const inquiry = () => inquire(ask, { ...asked, now: clock.now(), plannedStart: inputs['planned-start'] });
  const first = await inquiry();
  if (!onlyChecksRun(first.findings)) return first;
  let runs = true;
  while (runs && clock.now() < until && !cancelled.aborted) {
    await clock.sleep(Math.min(ciPollMs, until - clock.now()), cancelled);
    runs = await checksStillRun(ask, first.judged);
  }
  return inquiry();
}

function judgementOf({ judged, findings, back }: Seen): Judgement {
  if (back !== undefined) return judgeGoingBack(back, findings);
  return isConcerned(judged.change) ? judge(findings) : notConcerned(judged.policy.unit.name ?? '');
}

/** Lends the doctor what rooms know that the checklist may not import. */
async function doctor(world: GateSight, inputs: Inputs): Promise<Outcome> {
  await loadLibraries();
  const { run, ask, http, metrics } = world;
  const open: Looking['open'] = (source, options) => metrics({ source, options });
  return examine(world, inputs, {
    policy: () => trustedPolicy(ask, { path: inputs.policy, source: inputs['policy-source'], run }, vocabulary),
    readSuite,
    present: (policy, users) => presentValues({ ...world, open, pods: podsOf(world, policy) }, policy, users),
    isWell: (policy, side) => isWell(policy, side, { env: world.env, http }),
    wayBack: readinessOf,
  });
}

function runMode(world: GateSight, inputs: Inputs, policy: Effective): Promise<Outcome> {
  return otherMode(world.deployments, {
    mode: inputs.mode,
    run: world.run,
    policy,
    expectedSha: inputs['expected-sha'],
    version: inputs.version,
    deploymentId: inputs['deployment-id'],
    lockReason: inputs['lock-reason'],
    dryRun: inputs['dry-run'],
    ...{ ask: world.ask, issues: world.issues, now: world.clock.now() },
    write: world.files.write,
  });
}
