// What asks again: by which event, or by whose hand, a gate that did not open looks once more.
import type { Phrase } from '../kit/phrase.ts';
import type { Case } from './checklist.ts';
import { type Finding, isClosing } from './finding.ts';

/** One sentence: a review or a push at review, the queue in a merge group, the run itself at deploy. Empty when nothing is missing. */
export function askedAgain({ run, moment }: Case, findings: readonly Finding[]): Phrase {
  const closing = findings.filter(isClosing);
  if (closing.length === 0) return '';
  const again = { text: 'this run', href: run.url };
  if (moment === 'deploy') {
    const next = run.workflowPath === '' ? [] : [', or with the next run of ', { code: run.workflowPath }];
    return ['Asked again when ', again, ' is run again', ...next, '.'];
  }
  if (run.mergeGroup !== undefined) return 'Asked again when the pull request is put into the merge queue once more.';
  const people = closing.some(({ awaits }) => awaits === 'people');
  const review = ['by a submitted review, where the workflow runs on ', { code: 'pull_request_review' }, ', '];
  return ['Asked again ', ...(people ? review : []), 'by a push, or when ', again, ' is run again.'];
}
