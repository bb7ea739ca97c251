// Changelog: the change has an entry in it.
import { anyMatches } from '../../kit/glob.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import { fail, notApplicable, pass, unknownFinding } from '../finding.ts';
import { listed } from '../words.ts';
import * as worded from './words/changelog-updated.ts';

/** `changelog-updated`: a file of `paths` was added or changed; a pull request may say with a label that it needs none. */
export const changelogUpdated: Criterion = withOptions({
  ...worded.changelogUpdated,
  asks: () => [],
  finds: ({ change }, given) => {
    const touched = change.files.filter(({ path, status }) => status !== 'removed' && anyMatches(given.paths, path));
    if (touched.length > 0)
      return pass(
        listed(
          touched.map(({ path }) => path),
          3,
        ),
      );
    if (change.relation === 'identical') return notApplicable('this commit runs already');
    const skipping =
      change.pulls.length > 0 && change.pulls.every(({ labels }) => labels.includes(given['skip-label']));
    if (skipping) return notApplicable(`label ${given['skip-label']}`);
    if (!change.complete)
      return unknownFinding('not all files of the change are known', 'look by hand, or set the level to warn');
    return fail(
      'no entry in the changelog',
      ['add one to ', { code: given.paths.join(', ') }, ', or the label ', { code: given['skip-label'] }],
      'author',
    );
  },
});
