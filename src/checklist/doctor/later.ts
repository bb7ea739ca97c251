// Lines of the checklist that no gate closes over: what is owed after a deployment, and what is to be looked at on a schedule.
import { formatDuration } from '../../kit/duration.ts';
import type { Effective } from '../../policy/effective.ts';
import { criterionOf } from '../checklist.ts';
import { linesAfter, whoOwes } from '../owed.ts';
import { listed } from '../words.ts';
import { pass, type Symptom, symptom } from './symptom.ts';

/** One line for all that is owed after a deployment, one for each that has a rhythm: this release lists those and asks none. */
export function laterSymptoms(policy: Effective): readonly Symptom[] {
  const after = linesAfter(policy).map(({ item, withinMs }) => `${item.id} within ${formatDuration(withinMs)}`);
  const owed = after.length === 0 ? [] : [pass('checklist, after a deployment', `owed: ${listed(after, 20)}`)];
  const rhythm = policy.checklist.filter(({ moment }) => moment === 'hygiene');
  return [
    ...owed,
    ...rhythm.map((item) =>
      symptom(
        `checklist, on a schedule: ${item.id}`,
        'not-configured',
        `${criterionOf(item).title}: every ${formatDuration(item.everyMs ?? 0)}, ${whoOwes(item)}`,
        'Look at it by hand in that rhythm: no gate asks it',
      ),
    ),
  ];
}
