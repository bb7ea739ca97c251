// CI green: every check of the commit has passed, in the newest run of each workflow.
import type { Answers, Known, Unknown } from '../../evidence/answer.ts';
import type { CiFact } from '../../evidence/fact.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { type Ci, type CiItem, ciOf } from '../ci.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { asksKin, twinShas } from '../kinship.ts';
import { asksSharing, isShared } from '../shared-head.ts';
import { instant, listed } from '../words.ts';
import * as worded from './words/ci-all-green.ts';

/** `ci-all-green`: asked at both moments of the commit itself; when nothing ran there, of a commit with the identical tree. */
export const ciAllGreen: Criterion = withOptions({
  ...worded.ciAllGreen,
  asks: ({ change }, _options, answers) => [
    { kind: 'ci', sha: change.sha },
    ...asksSharing(change),
    ...asksKin(change, answers),
    ...twinShas(change, answers).map((sha) => ({ kind: 'ci', sha }) as const),
  ],
  finds: (context, { ignore }, answers) => {
    const told = checksOf(context, ignore, answers);
    return told.kind === 'unknown' ? notTold(told) : judged(told.value, ownWorkflows(context, told.value));
  },
});

/** The checks that count: those of the commit, else those of a commit with the identical tree. */
function checksOf(context: Context, ignore: readonly string[], answers: Answers): Known<Ci> | Unknown {
  const { change, run } = context;
  const own = answers.of({ kind: 'ci', sha: change.sha });
  if (own.kind === 'unknown') return own;
  const shared = isShared(change, answers);
  const ci = ciOf(own.value, run, ignore, shared);
  if (proves(ci)) return { kind: 'known', value: ci };
  for (const sha of twinShas(change, answers)) {
    const twin = answers.of({ kind: 'ci', sha });
    if (twin.kind === 'unknown') return twin;
    const checks = ciOf(twin.value, run, ignore, shared);
    if (proves(checks)) return { kind: 'known', value: checks };
  }
  return { kind: 'known', value: ci };
}

/** Where all was skipped nothing was found out: then a commit of the identical tree may tell. */
function proves({ counted }: Ci): boolean {
  return counted.some(({ state }) => state !== 'skipped');
}

/** The workflow files of these checks that the change itself edits, as the end of a sentence: on a pull request they are run as it wrote them, so
 * that green says what the author wants it to. Whether it does is for the reviewers to see. */
function ownWorkflows({ change }: Context, { counted, leftOut }: Ci): string {
  const used = new Set([...counted.map(({ fact }) => fact), ...leftOut].map(({ workflow }) => workflow));
  const isActions = (path: string) => /^\.github\/(?:workflows|actions)\//.test(path);
  const edited = change.files.flatMap(({ path, previous, status }) =>
    [path, previous ?? ''].filter((one) => used.has(one) || (isActions(one) && status !== 'added')),
  );
  const names = [...new Set(edited)].map((path) => path.split('/').slice(2).join('/'));
  return names.length === 0 ? '' : `; this change edits ${listed(names, 3)}: read what its checks still do`;
}

function judged(ci: Ci, warning: string): Found {
  const inState = (state: CiItem['state']) => ci.counted.filter((item) => item.state === state);
  const [failed, running, unclear, passed] = [
    inState('failed'),
    inState('running'),
    inState('unclear'),
    inState('passed'),
  ];
  if (failed.length > 0) return fail(['failed: ', ...named(failed, true)], 'mend or re-run what failed', 'author');
  if (running.length > 0)
    return waiting(
      'ci',
      ['still running: ', ...named(running, false)],
      'run the gate again when they have ended',
      'CI',
    );
  if (unclear.length > 0) {
    return unknownFinding(['ended in a way nobody knows: ', ...named(unclear, true)], 're-run these checks', 'author');
  }
  const aside =
    ci.leftOut.length === 0
      ? ''
      : `; left out: ${listed(
          ci.leftOut.map(({ name }) => name),
          5,
        )}`;
  if (passed.length === 0) {
    const what = ci.counted.length === 0 ? 'no check ran on this commit' : 'all checks were skipped or neutral';
    return unknownFinding(`${what}${aside}`, 'run CI on this commit, or take this line off the checklist', 'author');
  }
  const newest = Math.max(...passed.map(({ fact }) => fact.completedAt ?? fact.startedAt));
  const skipped = inState('skipped').length;
  const count = `${passed.length} passed${skipped === 0 ? '' : `, ${skipped} skipped or neutral`}`;
  return pass(`${count}, newest ${instant(newest)}${aside}${warning}`, newest);
}

/** The checks by workflow and name with their links; at most five, the rest counted. */
function named(items: readonly CiItem[], withConclusion: boolean): Exclude<Phrase, string> {
  const parts = items
    .slice(0, 5)
    .flatMap(({ fact }, index) => [
      ...(index === 0 ? [] : [', ']),
      link(fact),
      ...(withConclusion ? [` (${fact.conclusion ?? 'no conclusion'})`] : []),
    ]);
  return items.length > 5 ? [...parts, ` and ${items.length - 5} more`] : parts;
}

function link(fact: CiFact) {
  const file = fact.workflow?.split('/').at(-1);
  const text = file === undefined ? fact.name : `${fact.name} of ${file}`;
  return fact.url === '' ? text : { text, href: fact.url };
}
