// What was turned back is not deployed again: until its cause is known and written down, or another commit mends it.
import type { IssueFact } from '../../evidence/fact.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import { type Attempt, forwards, rollbacks } from '../../record/history.ts';
import { condemned, switched, wasLeft } from '../../record/running.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { fail, notTold, pass } from '../finding.ts';
import { sectionOf } from '../section.ts';
import { short } from '../words.ts';
import * as worded from './words/condemned.ts';

/** `rollback-root-cause-before-redeploy`: this very commit was not left by a rollback, its canary's own included, unless an incident that names
 * the commit says the root cause. */
export const notCondemned: Criterion = criterionOf(worded.notCondemned.id);

/** `block-redeploy`: the same, set by the gate itself where the policy says `rollback.follow-up.block-redeploy: until-root-cause`. */
export const blockRedeploy: Criterion = criterionOf('block-redeploy');

function criterionOf(id: string): Criterion {
  return withOptions({
    ...worded.notCondemned,
    id,
    asks: (context, { label }) => (isCondemned(context) ? [incidents(label)] : []),
    finds: (context, { label }, answers) => {
      const { change } = context;
      if (!isCondemned(context)) return pass('this commit was never rolled back here, or succeeded since');
      const told = answers.of(incidents(label));
      if (told.kind === 'unknown') return notTold(told);
      const explained = told.value.find((issue) => explains(issue, change.sha));
      if (explained !== undefined)
        return pass([{ text: `#${explained.number}`, href: explained.url }, ' names the root cause']);
      const left = leaverOf(context);
      const link = left === undefined ? 'a rollback' : { text: `deployment ${left.id}`, href: left.payload.run.url };
      return fail(
        [link, ' took this very commit back'],
        [
          'mend the cause and deploy that commit; or write the section ',
          { code: '## Root cause' },
          ` in the issue with the label ${label} that names ${short(change.sha)}`,
        ],
        'author',
      );
    },
  });
}

function isCondemned({ change }: Context): boolean {
  return condemned(change.history).has(change.sha);
}

/** The Deployment that turned the commit back: the newest rollback away from it, else its own. */
function leaverOf({ change }: Context): Attempt | undefined {
  const away = rollbacks(change.history).find(
    (attempt) => attempt.payload.kind === 'rollback' && attempt.payload.from?.sha === change.sha && switched(attempt),
  );
  return away ?? forwards(change.history).find((attempt) => attempt.sha === change.sha && wasLeft(attempt));
}

function explains({ title, body }: IssueFact, sha: string): boolean {
  return `${title}\n${body}`.includes(short(sha)) && sectionOf(body, /\broot cause\b/i) !== '';
}

function incidents(label: string): QuestionOf<'issues'> {
  return { kind: 'issues', label, state: 'all' };
}
