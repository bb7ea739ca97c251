// What is released, by whom and from where: tag, events, artifact, objections, the smoke test on staging.
import type { Answers } from '../../evidence/answer.ts';
import { onlyOf, tagWords } from '../../record/tags.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { type Found, fail, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { type KinRecord, kinOf, unsignedRecord } from '../kinship.ts';
import { read } from '../report/reading.ts';
import { asksReports, placeOf, reportAt } from '../report-file.ts';
import { asksReviews, boundSha, verdictsOf } from '../review.ts';
import { ago, listed } from '../words.ts';
import { tagOf } from './aftermath.ts';
import * as worded from './words/release.ts';

/** `release-tagged`: the run deploys a tag, and the tag is the commit; or a tag points at the commit that is, or was, deployed. */
export const releaseTagged: Criterion = withOptions({
  ...worded.releaseTagged,
  asks: (context) => (isTagRun(context) ? [] : [{ kind: 'tags-of', sha: (context.deployed ?? context.change).sha }]),
  finds: (context, _given, answers) =>
    isTagRun(context) ? tagged(context) : tagOf((context.deployed ?? context.change).sha, '**', answers),
});

function isTagRun({ run, deployed }: Context): boolean {
  return deployed === undefined && run.ref.startsWith('refs/tags/');
}

function tagged({ run, change }: Context): Found {
  const tag = /^refs\/tags\/(.+)$/.exec(run.ref)?.[1];
  if (tag !== undefined && run.sha === change.sha) return pass(tag);
  const what =
    tag === undefined
      ? `deployed from ${run.ref.replace(/^refs\/heads\//, '')}, not from a tag`
      : `${tag} is another commit`;
  return fail(what, 'tag the commit and deploy the tag', 'who started the run');
}

/** `environment-production-tagged-approved`: a tag, started by one of `events`, approved in the job's environment. */
export const taggedAndApproved: Criterion = withOptions({
  ...worded.taggedAndApproved,
  asks: ({ run }) => [{ kind: 'approvals', runId: run.id }],
  finds: (context, { events }, answers) => {
    const tag = tagged(context);
    if (tag.outcome !== 'pass') return tag;
    const { run, policy } = context;
    if (!events.includes(run.event))
      return fail(`started by ${run.event}`, `start it by ${events.join(' or ')}`, 'who started the run');
    const told = answers.of({ kind: 'approvals', runId: run.id });
    if (told.kind === 'unknown') return notTold(told);
    const here = told.value.filter(({ environment }) => environment === policy.environment);
    if (here.some(({ state }) => state === 'rejected')) return fail('an approval was rejected', 'start a new run', '');
    const people = here.filter(({ state }) => state === 'approved').map(({ user }) => user);
    const todo = ['give the job ', { code: `environment: ${policy.environment}` }, ' with required reviewers'];
    if (people.length === 0)
      return waiting('people', [...phraseOf(tag), ', not approved'], todo, 'a required reviewer');
    return pass([...phraseOf(tag), `, ${run.event}, approved by ${listed(people, 3)}`]);
  },
});

function phraseOf({ evidence }: Found) {
  return typeof evidence === 'string' ? [evidence] : evidence;
}

/** `artifacts-generated`: the run names what it deploys, by digest where it can; with `from`, the newest run of that workflow on this commit has
 * the artifact of that name. */
export const artifactsGenerated: Criterion = withOptions({
  ...worded.artifactsGenerated,
  asks: (context, { from }, answers) => (from === undefined ? [] : asksReports([''], from, context, answers)),
  finds: (context, { from }, answers) => {
    const { artifact } = context;
    if (from !== undefined) {
      const told = reportAt(placeOf('', from, context, answers), 'the artifact', read, answers);
      if (told.kind === 'open') return told.found;
    }
    const named =
      from === undefined ? artifact : [...artifact, `${from.artifact} of ${from.workflow ?? 'its workflow'}`];
    if (named.length > 0) return pass(listed(named, 3));
    return fail(
      'the run names no artifact',
      ['hand the digest of what was built to the input ', { code: 'artifact' }],
      'who owns the workflow',
    );
  },
});

/** `no-open-objection`: nobody with write permission asks for changes, no label stops it, no review says `/no-go`. */
export const noOpenObjection: Criterion = withOptions({
  ...worded.noOpenObjection,
  asks: ({ change }, _given, answers) => change.pulls.flatMap((pull) => asksReviews(pull, answers)),
  finds: ({ change }, { labels }, answers) => {
    for (const pull of change.pulls) {
      const here = { text: `#${pull.number}`, href: pull.url };
      const label = labels.find((name) => pull.labels.includes(name));
      if (label !== undefined) return fail([here, ` has the label ${label}`], 'settle it and take the label off', '');
      const told = verdictsOf(pull, boundSha(pull, change), answers);
      if (told.kind === 'unknown') return notTold(told);
      const people = [...told.value.blockers.map(({ author }) => author.login), ...refusals(pull.number, answers)];
      if (people.length > 0)
        return fail(
          [here, `: ${listed([...new Set(people)], 3)} objects`],
          'settle it; who objected approves, or dismisses the review',
          '',
        );
    }
    return pass(change.pulls.length === 0 ? 'there is no pull request to object to' : 'no objection');
  },
});

/** A `/no-go` stands until its author approves, or the review is dismissed. Bots object by a check, not by a review. */
function refusals(pull: number, answers: Answers): readonly string[] {
  const reviews = answers.value({ kind: 'reviews', pull }) ?? [];
  const spoken = reviews.filter(({ author, state }) => !author.bot && state !== 'dismissed' && state !== 'pending');
  const newest = [...spoken].sort((a, b) => b.submittedAt - a.submittedAt);
  return [...new Set(newest.map(({ author }) => author.login))].filter((login) => {
    const own = newest.filter(({ author }) => author.login === login);
    const word = own.find(({ body, state }) => state === 'approved' || /^\/no-go\b/m.test(body));
    return word !== undefined && /^\/no-go\b/m.test(word.body);
  });
}

/** `staging-smoke-passed`: a smoke test of an environment that comes before passed on the identical tree, and none failed since. */
export const stagingSmokePassed: Criterion = withOptions({
  ...worded.stagingSmokePassed,
  asks: () => [],
  finds: (context, given, answers) => {
    const { change, policy, now } = context;
    const kin = kinOf(change, answers);
    const isStagings = ({ evidence }: KinRecord) =>
      evidence.action === 'smoke-test' &&
      evidence.unit === (policy.unit.name ?? '') &&
      (policy.needs.length > 0
        ? policy.needs.includes(evidence.environment)
        : evidence.environment !== policy.environment);
    const newest = kin.records.find(isStagings);
    const todo = 'run smoke-test on the environment that comes before, with this commit';
    if (newest === undefined) {
      const unsigned = kin.unsigned.find(isStagings);
      if (unsigned !== undefined) return unsignedRecord(unsigned, todo);
      const [unread] = kin.unread;
      return unread === undefined ? fail('no smoke test of this tree is on record', todo) : notTold(unread);
    }
    const { proof, only } = proofOf(kin.records.filter(isStagings), newest, now - (given['max-age'] ?? now));
    const { evidence, url } = proof;
    const part = only === undefined ? '' : ` (only ${tagWords(only)})`;
    const what = [
      { text: `${evidence.environment}: ${evidence.verdict}`, href: url },
      `${part}, ${ago(evidence.at, now)}`,
    ];
    if (evidence.verdict !== 'pass') return fail(what, 'mend what it found and run it again');
    if (given['max-age'] !== undefined && now - evidence.at > given['max-age'])
      return fail([...what, ', too old'], todo);
    return evidence.at > now ? unknownFinding([...what, ', in the future'], todo) : pass(what, evidence.at);
  },
});

/** The newest pass of the whole suite since something else than a pass, not older than `since` (ms); else the newest result, with the tags that the
 * passes together were of. Those of another environment or leg say nothing of this one. */
function proofOf(
  records: readonly KinRecord[],
  newest: KinRecord,
  since: number,
): { readonly proof: KinRecord; readonly only: readonly string[] | undefined } {
  const { environment, leg } = newest.evidence;
  const same = records.filter(({ evidence }) => evidence.environment === environment && evidence.leg === leg);
  const end = same.findIndex(({ evidence }) => evidence.verdict !== 'pass');
  const passes = (end < 0 ? same : same.slice(0, end)).filter(({ evidence }) => evidence.at >= since);
  const proof = passes.find((one) => partOf(one).tags === undefined) ?? newest;
  return { proof, only: onlyOf((passes.length === 0 ? [newest] : passes).map(partOf)) };
}

/** The tags that a smoke test was of, from its record; absent: the whole suite. */
function partOf({ evidence }: KinRecord): { readonly tags?: readonly string[] } {
  const { tags } = evidence.found;
  return typeof tags === 'object' ? { tags } : {};
}
