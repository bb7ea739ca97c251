// Lines about the change itself: the score of its reviews, a flag for what needs none, and its health on staging.
import { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import type { ReviewFact } from '../../evidence/fact.ts';
import { anyMatches } from '../../kit/glob.ts';
import { contributionsOf, contributorsOf } from '../contributor.ts';
import { type Context, type Criterion, type Given, withOptions } from '../criterion.ts';
import { type Found, fail, notApplicable, notTold, pass, unknownFinding, waiting } from '../finding.ts';
import { readJson } from '../report/reading.ts';
import { asksReports, origin, placeOf, reportAt } from '../report-file.ts';
import { boundSha, ownWords } from '../review.ts';
import { counted, listed } from '../words.ts';
import { allOf, askedLine } from './asked-line.ts';
import { networkCriterion } from './network-evidence.ts';
import * as worded from './words/change-lines.ts';

type ScoreOptions = Given<typeof worded.reviewScore>;

/** `code-review-score`: the lowest score of the last head, by the `report` or by each reviewer's newest line `score: n/100`, reaches the mark. */
export const reviewScore: Criterion = withOptions({
  ...worded.reviewScore,
  asks: (context, { report, from }, answers) =>
    report === undefined
      ? context.change.pulls.flatMap((pull) => [{ kind: 'reviews', pull: pull.number } as const, contributionsOf(pull)])
      : asksReports([report], from, context, answers),
  finds: (context, given, answers) => {
    if (given.report !== undefined) return byReport(given, given.report, context, answers);
    const { change } = context;
    if (change.pulls.length === 0)
      return unknownFinding('there is no pull request to score', 'deploy what was reviewed', 'author');
    const all: { readonly words: string; readonly share: number }[] = [];
    for (const pull of change.pulls) {
      const told = answers.of({ kind: 'reviews', pull: pull.number });
      if (told.kind === 'unknown') return notTold(told);
      const hands = contributorsOf(pull, answers);
      if (hands.kind === 'unknown') return notTold(hands);
      const others = told.value.filter(({ author }) => !author.bot && !hands.value.has(author.login.toLowerCase()));
      const scores = scoresOf(ownWords(others), boundSha(pull, change));
      if (scores.length === 0)
        return waiting(
          'people',
          `#${pull.number} has no score for its last head`,
          ['say ', { code: `score: n/${given.of}` }, ' in a review'],
          'a reviewer',
        );
      all.push(...scores);
    }
    return judgedScores(all, given, '');
  },
});

/** The newest score of each person, of the last head. Other people's words in quotes are none of theirs. */
function scoresOf(reviews: readonly ReviewFact[], sha: string) {
  const judged = reviews.filter(({ state, sha: at }) => at === sha && state !== 'dismissed' && state !== 'pending');
  const newest = new Map<string, { words: string; share: number }>();
  for (const { author, body } of [...judged].sort((a, b) => a.submittedAt - b.submittedAt)) {
    const match = /^[ \t]*\/?score:?[ \t]+(\d{1,4}(?:\.\d+)?)[ \t]*\/[ \t]*(\d{1,4})[ \t]*\r?$/im.exec(body);
    if (match === null || Number(match[2]) === 0) continue;
    newest.set(author.login, {
      words: `${match[1]}/${match[2]} by ${author.login}`,
      share: Number(match[1]) / Number(match[2]),
    });
  }
  return [...newest.values()];
}

function judgedScores(
  all: readonly { readonly words: string; readonly share: number }[],
  given: ScoreOptions,
  from: string,
): Found {
  const mark = given['at-least'] / given.of;
  const wrong = all.find(({ share }) => share > 1);
  if (wrong !== undefined) return unknownFinding(`${wrong.words} is more than all`, 'correct the score', 'a reviewer');
  const low = all.filter(({ share }) => share < mark);
  const wants = `needs ${given['at-least']}/${given.of}`;
  if (low.length > 0)
    return fail(
      `${listed(
        low.map(({ words }) => words),
        3,
      )}; ${wants}`,
      'mend what the review names',
      'author',
    );
  return pass(
    `${listed(
      all.map(({ words }) => words),
      3,
    )}${from}`,
  );
}

const scored = z.looseObject({ score: z.number(), of: z.number().positive().optional() });

function byReport(given: ScoreOptions, path: string, context: Context, answers: Answers): Found {
  const place = placeOf(path, given.from, context, answers);
  const told = reportAt(place, 'the JSON of a review score', readJson, answers);
  if (told.kind === 'open') return told.found;
  const parsed = scored.safeParse(told.report);
  if (!parsed.success) return unknownFinding(`${path} has no score`, 'write {"score": n, "of": 100} there', 'author');
  const { score, of = given.of } = parsed.data;
  return judgedScores([{ words: `${score}/${of}`, share: score / of }], given, origin(context));
}

/** `no-flag-for-trivial-change`: a change of nothing but texts and colours does not touch the flags as well. */
export const noTrivialFlag: Criterion = withOptions({
  ...worded.noTrivialFlag,
  asks: () => [],
  finds: ({ change }, given) => {
    if (change.relation === 'identical') return notApplicable('this commit runs already');
    if (!change.complete) return unknownFinding('not all files of the change are known', 'look by hand', 'author');
    const paths = change.files.map(({ path }) => path);
    const flags = paths.filter((path) => anyMatches(given.flags, path));
    const rest = paths.filter((path) => !flags.includes(path));
    if (rest.length === 0 || !rest.every((path) => anyMatches(given.trivial, path)))
      return notApplicable('more than texts and colours');
    return flags.length === 0
      ? pass(`${counted(rest.length, 'file', 'files')} of texts and colours`)
      : fail(`${listed(flags, 2)} for ${listed(rest, 2)}`, 'ship it without a flag', 'author');
  },
});

/** `staging-health-passed`: the health pages of staging answer well. */
export const stagingHealth: Criterion = askedLine({
  ...worded.stagingHealth,
  ways: ['with: {http: …}'],
  asking: (_context, { http }) => {
    const probes = (http ?? []).flatMap((url) => networkCriterion('http', { url }) ?? []);
    return probes.length === 0 ? undefined : allOf(probes);
  },
});
