// What must be written down before a deployment: sections of the pull request's description, or of a file of the repository.
import type { z } from 'zod';
import type { Answers } from '../../evidence/answer.ts';
import type { Phrase } from '../../kit/phrase.ts';
import { type Context, type Criterion, withOptions } from '../criterion.ts';
import { withoutComments } from '../fence.ts';
import { type Found, fail, notTold, pass, unknownFinding } from '../finding.ts';
import { sectionOf } from '../section.ts';
import { listed } from '../words.ts';
import * as worded from './words/plan-sections.ts';

/** A text to look into, with where it stands. */
interface Place {
  readonly text: string;
  readonly link: { readonly text: string; readonly href: string };
}

type Sectioned = (typeof worded.planSections)[number];

interface Section {
  readonly heading: RegExp;
  /** What the section must hold beyond some words. */
  readonly wants?: { readonly in: (line: string) => boolean; readonly words: string };
  readonly example: string;
}

const sections: Readonly<Record<Sectioned['id'], Section>> = {
  'user-facing-changes-described': {
    heading: /\buser.?(facing|visible)|\bwhat users\b/i,
    example: '## What users will see',
  },
  'risks-mitigations-listed': {
    heading: /\brisks?\b/i,
    wants: { in: isPair, words: 'a risk with its mitigation' },
    example: '## Risks',
  },
  'escalation-path-defined': {
    heading: /\bescalation|\bwhom? to call\b/i,
    example: '## Escalation',
  },
  'release-notes-prepared': {
    heading: /\brelease notes?\b/i,
    example: '## Release notes',
  },
};

/** Each: a section under that heading that is not empty, in every pull request of the change, or in `file`. */
export const planSections: readonly Criterion[] = worded.planSections.map((words) => sectionLine(words));

function sectionLine(words: Sectioned): Criterion {
  const section = sections[words.id];
  return withOptions<z.ZodType<{ readonly file?: string | undefined }>>({
    ...words,
    asks: asksPlace,
    finds: (context, given, answers) =>
      inPlaces(context, given.file, answers, ({ text }) => {
        const said = sectionOf(text, section.heading);
        if (said === '') return `no section “${section.example}”`;
        const { wants } = section;
        return wants === undefined || linesOf(said).some(wants.in) ? undefined : `without ${wants.words}`;
      }),
  });
}

/** What the full announcement of the process has (its own list). */
const announced = ['time', 'duration', 'strategy', 'changes', 'risks', 'rollback'];

/** `announcement-template`: each of `sections` stands in the announcement, as a heading or as a line `name: …`, and says something. */
export const announcementTemplate: Criterion = named(worded.announcementTemplate, 'sections', announced);

/** `go-rollback-walkthrough`: each of `answers` is given, as a heading or as a line `name: …`. */
export const rollbackWalkthrough: Criterion = named(worded.rollbackWalkthrough, 'answers', [
  'database-access',
  'restore-duration',
  'post-restore-tester',
]);

function named(
  words: typeof worded.announcementTemplate,
  key: 'sections' | 'answers',
  usual: readonly string[],
): Criterion {
  return withOptions({
    ...words,
    asks: asksPlace,
    finds: (context, given, answers) =>
      inPlaces(context, given.file, answers, ({ text }) => {
        const missing = (given[key] ?? usual).filter((name) => !says(text, name));
        return missing.length === 0 ? undefined : `no heading or line of ${listed(missing.map(asLine), 5)}`;
      }),
  });
}

function asLine(name: string): string {
  return `“${name.replaceAll('-', ' ')}: …”`;
}

/** A list item or a row of a table with two sides: `- slow queries -> index added first`. */
function isPair(line: string): boolean {
  const item = /^(?:[-*+|]|\d+[.)])\s*(\S.*)$/.exec(line)?.[1] ?? '';
  return item.split(/->|→|=>|—|:|\||mitigat\w*/i).filter((side) => /\w/.test(side)).length > 1;
}

/** `rollback-time` is a heading “Rollback time”, or a line “Rollback time: 5 minutes” that says something. */
function says(text: string, name: string): boolean {
  const words = name.split('-').join('[\\s_-]*');
  if (sectionOf(text, new RegExp(`\\b${words}\\b`, 'i')) !== '') return true;
  const line = new RegExp(`^${words}:\\s*\\S`, 'i');
  return linesOf(withoutComments(text)).some((one) => line.test(one.replace(/^[->+\s]+/, '').replaceAll('*', '')));
}

/** Lines as far as anybody writes them by hand: what is longer is made to hold the gate up. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.slice(0, 500).trim());
}

function asksPlace({ change }: Context, given: { readonly file?: string | undefined }) {
  return given.file === undefined ? [] : [{ kind: 'file', path: given.file, sha: change.sha } as const];
}

/** Judges the file, else every pull request of the change; `lack` says what is missing. */
function inPlaces(
  { change }: Context,
  path: string | undefined,
  answers: Answers,
  lack: (place: Place) => string | undefined,
): Found {
  const places: Place[] = change.pulls.map(({ number, url, body }) => ({
    text: body,
    link: { text: `#${number}`, href: url },
  }));
  if (path !== undefined) {
    const told = answers.of({ kind: 'file', path, sha: change.sha });
    if (told.kind === 'unknown') return notTold(told);
    if (!told.value.found) return fail(`there is no ${path}`, `write it in ${path}`, 'author');
    places.splice(0, places.length, { text: told.value.text, link: { text: path, href: told.value.url } });
  }
  if (places.length === 0)
    return unknownFinding('there is no pull request that could say it', 'bring the change by a pull request', 'author');
  for (const place of places) {
    const lacking = lack(place);
    if (lacking !== undefined) return fail([place.link, `: ${lacking}`], addTo(place, path), 'author');
  }
  return pass(linksOf(places));
}

function addTo({ link }: Place, path: string | undefined): string {
  return path === undefined ? `add it to the description of ${link.text}` : `add it to ${path}`;
}

function linksOf(places: readonly Place[]): Phrase {
  return places.slice(0, 4).flatMap(({ link }, index) => [...(index === 0 ? [] : [', ']), link]);
}

/** `runbook-reviewed`: this very change brings the runbook up to date; that it was read otherwise is a person's word. */
export const runbookReviewed: Criterion = withOptions({
  ...worded.runbookReviewed,
  asks: asksPlace,
  finds: ({ change }, given, answers) => {
    const told = answers.of({ kind: 'file', path: given.file, sha: change.sha });
    if (told.kind === 'unknown') return notTold(told);
    if (!told.value.found || told.value.text.trim() === '')
      return fail(`${given.file} is missing or empty`, `write the runbook in ${given.file}`, 'author');
    const link = [{ text: given.file, href: told.value.url }];
    if (change.files.some(({ path, status }) => path === given.file && status !== 'removed'))
      return pass([...link, ' is part of this change']);
    return unknownFinding(
      [...link, ' is there; nobody says that it was read'],
      ['let a person sign it: ', { code: 'sign-off: <role>' }],
    );
  },
});
