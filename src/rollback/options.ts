// The options where a rollback is refused: what can be done now, in order of harm, each with its cost and the exact command (REPORT).
import type { History } from '../record/history.ts';
import { whatRuns } from '../record/running.ts';
import { schemaGuard } from './guard.ts';
import type { Decision, Option, Situation } from './situation.ts';
import { asTarget, olderGood, type Target } from './target.ts';
import { chooseWay, nameOf } from './way.ts';

type Refused = Extract<Decision, { kind: 'refused' }>;

/** Adds where users are to a refusal that leaves them there, and the options. What is impossible is not listed. */
export function withOptions(decision: Decision, situation: Situation): Decision {
  if (decision.kind !== 'refused' || !helped.includes(decision.reason)) return decision;
  const options = optionsOf(decision, situation);
  const users = usersOf(situation);
  return { ...decision, ...(options.length === 0 ? {} : { options }), ...(users === '' ? {} : { users }) };
}

/** `Users are on v1.9.1`, `Users are on v1.9.1 (90 %) and v1.8.4 (10 %)`, by router and sides; empty where the router does not tell. */
export function usersOf({ weights, sides }: Pick<Situation, 'weights' | 'sides'>): string {
  if (weights.kind === 'unknown') return '';
  const shares = Object.entries(weights.value).filter(([, share]) => share > 0);
  const names = shares
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => {
      const side = sides.find((one) => one.side === name);
      const version = side?.answers === true ? side.version : `${name}, which does not say its version`;
      return shares.length === 1 ? version : `${version} (${share} %)`;
    });
  return names.length === 0 ? '' : `Users are on ${names.join(' and ')}`;
}

/** Refusals after which somebody looks for another way; the others say what to do themselves. */
const helped = ['contract-migration', 'no-target', 'no-way', 'condemned', 'unsigned'];

/** The steps by which a schema that old code cannot live with goes back: printed for a person, never run (reference providers 2.3). */
export function twoPhasePlan(situation: Situation, target: Target): readonly string[] {
  const { history, flag, workflow } = situation;
  const guard = history === undefined ? undefined : schemaGuard(history, target.deploymentId);
  const files = guard?.kind === 'closed' ? guard.files : [];
  const name = nameOf(target);
  if (files.length === 0)
    return [
      `No contract migration went in after ${name}: gh workflow run ${workflow} brings it back, no plan is needed`,
    ];
  const off = flag === undefined ? [] : [`Turn the flag ${flag.name} off now: gh workflow run ${workflow} -f how=flag`];
  return [
    ...off,
    `Deploy a hotfix forward that runs with and without what ${files.join(', ')} took away`,
    `Write a new migration that gives it back (the down of ${[...files].reverse().join(', then ')}), rehearse it: migrate phase: rehearse`,
    'Deploy it: migrate phase: apply. Restore what rows lost from the backup that migrate recorded',
    `Then ${name} can run again: gh workflow run ${workflow} -f to=${target.sha}`,
  ];
}

function optionsOf(decision: Refused, situation: Situation): readonly Option[] {
  const { target } = decision;
  return [
    ...flagOption(situation),
    ...newerOption(target, situation),
    ...(decision.reason === 'contract-migration' && target !== undefined ? [planOption(situation, target)] : []),
    {
      does: 'Hotfix forward',
      takes: 'build and deploy',
      loses: 'nothing',
      how: 'a change with the label of the policy’s hotfix type',
    },
    ...anywayOption(decision, situation),
  ];
}

function flagOption({ flag, workflow }: Situation): readonly Option[] {
  if (flag === undefined || flag.state.kind === 'unknown' || !flag.state.value.on) return [];
  const how = `gh workflow run ${workflow} -f how=flag`;
  return [{ does: `Turn the flag ${flag.name} off`, takes: '10 s', loses: 'nothing', how }];
}

/** The newest good version that today's schema lets run, where it is another than the one that was refused. */
function newerOption(refused: Target | undefined, situation: Situation): readonly Option[] {
  const { history, workflow } = situation;
  const running = history === undefined ? undefined : whatRuns(history);
  if (history === undefined || running === undefined) return [];
  const candidates = olderGood(history, running, { ...situation, minAgeMs: 0 }).map(asTarget);
  const target = candidates.find((one) => one.sha !== refused?.sha && canGo(one, history, situation));
  if (target === undefined) return [];
  const how = `gh workflow run ${workflow} -f to=${target.sha}`;
  return [{ does: `Go back to ${nameOf(target)}`, takes: takes(target, situation), loses: 'what came after it', how }];
}

function canGo(target: Target, history: History, situation: Situation): boolean {
  if (schemaGuard(history, target.deploymentId).kind === 'closed') return false;
  return chooseWay({ ...situation, how: 'auto', target, keeps: '' }).kind !== 'none';
}

function planOption({ workflow }: Situation, target: Target): Option {
  const how = `gh workflow run ${workflow} -f how=database -f to=${target.sha}`;
  const does = `Give back what the migration took away, then ${nameOf(target)}: print the steps`;
  return { does, takes: 'two deployments', loses: 'what the migration deleted', how };
}

function anywayOption({ reason, target }: Refused, situation: Situation): readonly Option[] {
  if (target === undefined || (reason !== 'contract-migration' && reason !== 'condemned')) return [];
  const how = `gh workflow run ${situation.workflow} -f to=${target.sha} -f override=${reason} -f override-reason=…`;
  const loses = reason === 'condemned' ? 'it was rolled back itself' : 'what reads the missing schema fails';
  return [{ does: `Go back to ${nameOf(target)} anyway`, takes: takes(target, situation), loses, how }];
}

/** By which way it would go. */
function takes(target: Target, situation: Situation): string {
  const way = chooseWay({ ...situation, how: 'auto', target, keeps: '' });
  return way.kind === 'redeploy' ? 'a redeploy' : 'a switch of traffic';
}
