// Whether the plan can be decided by with the traffic that the service had last week: too few requests hold every stage for nothing.
import { undecided } from '../../policy/decidable.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { fail, notApplicable, notTold, pass } from '../finding.ts';
import { asksTraffic, lackOf, outlookWords, rateWords, timeFor, trafficOf } from '../traffic.ts';
import { listed } from '../words.ts';
import { notOnPulls } from './metric-evidence.ts';
import * as worded from './words/plan-decidable.ts';

/** `plan-decidable`: each stage under two versions gets as many requests as its limits and comparisons need. */
export const planDecidable: Criterion = withOptions({
  ...worded.planDecidable,
  asks: ({ moment, policy }) => (moment === 'deploy' ? asksTraffic(policy) : []),
  finds: ({ moment, policy, change }, _given, answers) => {
    if (moment !== 'deploy') return notOnPulls('metrics are');
    const plan = policy.plans[change.plan];
    if (plan === undefined || plan.by === 'rollout') return notApplicable('no two versions share the traffic');
    const traffic = trafficOf(policy, answers);
    if (traffic.kind === 'unknown') return notTold(traffic);
    const words = outlookWords(policy, plan, traffic.value);
    if (words.length === 0) return notApplicable(`${plan.name} has no stage in which two versions share the traffic`);
    const [first] = undecided(policy, plan, traffic.value);
    if (first === undefined) return pass(`${rateWords(traffic.value)}; ${listed(words, 4)}`);
    const weight = plan.stages.find(({ id }) => id === first.id)?.weight ?? 100;
    const todo = `let ${first.id} bake ${timeFor(first.needed, weight, traffic.value)} at the most (\`max-bake\`), raise its weight, loosen what needs that many, or write \`low-traffic: direct\``;
    return fail(lackOf(first), todo, 'owner of the policy');
  },
});
