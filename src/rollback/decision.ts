// The decision of a rollback: from the history, this press and what the sides answer to a target and a way, or to a refusal.
import type { Attempt, History } from '../record/history.ts';
import { condemned, sidesOf, whatRuns } from '../record/running.ts';
import { withoutRecords } from './blind.ts';
import { byFlag, isFlagged, wantsMore } from './flag.ts';
import { schemaGuard } from './guard.ts';
import { withNight } from './night.ts';
import { twoPhasePlan, withOptions } from './options.ts';
import { leftRollbacks, type Press, readPress } from './press.ts';
import { fullSide } from './proof.ts';
import { capital, type Decision, type Situation } from './situation.ts';
import {
  asTarget,
  identified,
  lastKnownGood,
  leftFor,
  namedTarget,
  olderGood,
  runningNow,
  type Target,
} from './target.ts';
import { onWord, unsignedBetween, unsignedTarget, unsignedWord } from './unsigned.ts';
import { answered, chooseWay, nameOf } from './way.ts';
import { withWord } from './word.ts';

/** Decides. Pure: the same situation gives the same decision. */
export function decide(situation: Situation): Decision {
  const decision = withOptions(withWord<Decision>(decided(situation), situation.word), situation);
  return situation.history === undefined ? decision : withNight(decision, situation.history);
}

function decided(situation: Situation): Decision {
  const { history } = situation;
  if (history === undefined) return byFlag(situation) ?? withoutRecords(situation);
  if (situation.drill) return situation.how === 'flag' ? flagDrill : fresh(history, situation);
  const press = readPress(history, situation.press);
  const unsigned = press.kind === 'resume' ? undefined : unsignedWord(history, situation);
  if (unsigned !== undefined && situation.how !== 'flag') return unsigned;
  switch (press.kind) {
    case 'nothing-begun':
      return { kind: 'nothing', because: press.because };
    case 'refused':
      // Two may turn the same flag off: neither undoes what the other did.
      if (press.reason === 'conflict' && situation.how === 'flag') break;
      return refusal(press, situation);
    case 'confirm':
      if (situation.how === 'flag' || wantsMore(press.by, situation)) break;
      return confirmation(history, press.by, situation);
    case 'resume':
      return isFlagged(press.own)
        ? (byFlag(situation, press) ?? fresh(history, situation))
        : resumed(history, press.own, situation);
    case 'act':
      break;
  }
  return byFlag(situation, press) ?? fresh(history, situation);
}

/** A flag that was turned off cannot be turned on again here, so such a drill would not end where it began. */
const flagDrill: Decision = {
  kind: 'refused',
  reason: 'drill-by-flag',
  because: 'A flag that a drill turns off would stay off',
  fix: 'Drill with how: traffic or how: redeploy.',
  target: undefined,
};

function fresh(history: History, situation: Situation): Decision {
  const { to } = situation;
  if (to === 'last-known-good') {
    const found = lastKnownGood(history, situation);
    const between = unsignedBetween(history, situation, found);
    if (between !== undefined) return between;
    if (found.kind === 'target') return towards(history, found.target, found.from, situation);
    return {
      kind: 'refused',
      reason: 'no-target',
      because: `There is no last known good version: ${found.because}`,
      fix: namesFix(situation),
      target: undefined,
    };
  }
  const named = namedTarget(history, to) ?? runningNow(situation);
  if (named !== undefined)
    return condemnedWord(history, named, situation) ?? towards(history, named, leaving(history), situation);
  const word = unsignedTarget(history, situation);
  if (word !== undefined) return onWord(towards(history, word, leaving(history), situation));
  return {
    kind: 'refused',
    reason: 'no-target',
    because: `${/^[0-9a-f]{40}$/.test(to) ? to.slice(0, 7) : `Deployment ${to}`} never succeeded here, so nothing proves it good`,
    fix: namesFix(situation),
    target: undefined,
  };
}

/** How a version goes back where the press leaves it open; the policy's preference counts as far as it is possible. */
function versionWay({ how, prefers, canRedeploy }: Situation): Situation['how'] {
  return how === 'auto' && prefers === 'redeploy' && canRedeploy ? 'redeploy' : how;
}

/** What users leave when they go to a named version: the Deployment that runs. */
export function leaving(history: History): Attempt | undefined {
  const running = whatRuns(history);
  return running === undefined ? undefined : leftFor(history, running);
}

/** A version that was rolled back is no target until it succeeds again going forward, unless a person says so or users are on it already. */
function condemnedWord(history: History, target: Target, situation: Situation): Decision | undefined {
  if (!condemned(history).has(target.sha) || situation.word.ids.includes('condemned')) return undefined;
  if (chooseWay({ ...situation, target, keeps: '' }).kind === 'there') return undefined;
  return {
    kind: 'refused',
    reason: 'condemned',
    because: `${nameOf(target)} was rolled back here itself`,
    fix: `Deploy it again through the gate, or go back to it anyway: gh workflow run ${situation.workflow} -f to=${target.sha} -f override=condemned -f override-reason=…`,
    target,
  };
}

/** This run's own rollback of an earlier attempt: the same target, and the record is brought to its end. */
function resumed(history: History, own: Attempt, situation: Situation): Decision {
  const id = own.payload.kind === 'rollback' ? own.payload.from?.deploymentId : undefined;
  const from = history.attempts.find((attempt) => attempt.id === id);
  const decision = towards(history, asTarget(own), from, situation);
  return decision.kind === 'go' ? { ...decision, own } : decision;
}

function towards(history: History, wanted: Target, from: Attempt | undefined, situation: Situation): Decision {
  const target = identified(wanted, situation);
  if (situation.how === 'database') {
    const because = `The steps to ${nameOf(target)}, for a person to take`;
    return { kind: 'printed', target, because, plan: twoPhasePlan(situation, target) };
  }
  const keeps =
    from === undefined || from.succeededAt !== undefined ? '' : (sidesOf(from, situation.leg)?.stable ?? '');
  const left = leftRollbacks(history, situation.press);
  const way = chooseWay({ ...situation, how: versionWay(situation), target, keeps });
  if (way.kind === 'none')
    return { kind: 'refused', reason: way.reason, because: capital(way.because), fix: way.fix, target };
  if (way.kind === 'there') return { kind: 'go', target, from, own: undefined, left, way, notes: [] };
  const guard = schemaGuard(history, target.deploymentId);
  if (guard.kind === 'closed' && !situation.word.ids.includes('contract-migration')) {
    return {
      kind: 'refused',
      reason: 'contract-migration',
      because: `${nameOf(target)} cannot run on today's schema: ${guard.because}`,
      fix: 'Fix forward, or go back anyway with -f override=contract-migration -f override-reason=…',
      target,
    };
  }
  const notes = guard.kind === 'closed' ? [`Guard contract-migration was set aside by a person: ${guard.because}`] : [];
  return { kind: 'go', target, from, own: undefined, left, way, notes };
}

function confirmation(history: History, by: Attempt, situation: Situation): Decision {
  const running = whatRuns(history);
  const target = identified(running === undefined ? stableTarget(by, situation) : asTarget(running), situation);
  // The users left that version again, though it still runs: they go back to the same one, not to an older.
  const strayed = chooseWay({ ...situation, how: 'traffic', target, keeps: '' }).kind === 'traffic';
  if (strayed && situation.weights.kind === 'known') return towards(history, target, undefined, situation);
  const older = running === undefined ? [] : olderGood(history, running, situation).map(asTarget);
  const what =
    by.task === 'deploy:rollback'
      ? `rollback ${by.id}`
      : `the canary of ${by.payload.version}, which went back by itself (Deployment ${by.id})`;
  const leaves = leftBy(history, by);
  return { kind: 'confirm', target, because: `The newest thing that happened is ${what}`, older, by, leaves };
}

/** What users left by it: of a rollback the Deployment it names, of a canary that went back by itself that one. */
function leftBy({ attempts }: History, by: Attempt): Attempt | undefined {
  const { payload } = by;
  return payload.kind === 'rollback' ? attempts.find(({ id }) => id === payload.from?.deploymentId) : by;
}

/** What ran before anything was recorded: the side that the canary went back to. */
function stableTarget(by: Attempt, { leg, weights }: Situation): Target {
  const side = sidesOf(by, leg)?.stable ?? '';
  return { sha: '', version: '', artifact: [], deploymentId: undefined, side: side === '' ? fullSide(weights) : side };
}

function refusal(press: Extract<Press, { kind: 'refused' }>, situation: Situation): Decision {
  const fix =
    press.reason === 'stale-run'
      ? `Start a new run: gh workflow run ${situation.workflow}`
      : `Wait for it to end, or cancel its run, then press again: gh workflow run ${situation.workflow}`;
  return { kind: 'refused', reason: press.reason, because: capital(press.because), fix, target: undefined };
}

function namesFix(situation: Situation): string {
  return `Name a version that ran here: gh workflow run ${situation.workflow} -f to=<full sha>. Now: ${situation.sides.map(answered).join('; ')}`;
}
