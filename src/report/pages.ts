// The pages of the report: the living comment, its pointer, the check run, the job summary, the note that notifies.
import { clipped } from '../kit/excerpt.ts';
import { type Block, fitted, limits, textBlock } from './fit.ts';
import { type Allowed, escapeText, inline, link, tableHead, tableRow } from './markdown.ts';
import { sceneOfRun, scenesOf } from './scene.ts';
import { sectionOf, titleOf } from './section.ts';
import type { Pages, ReportSource } from './source.ts';
import { suggestionPage } from './suggestion.ts';

/** GitHub shows a check run's title in one line; its limit is that of a short text column. */
const titleLimit = 255;

/** Every page is a pure function of the records. */
export const pages: Pages = {
  comment: (source) => {
    const sections = scenesOf(source).flatMap((scene) => sectionOf(scene, allowedFor(source)));
    const nothing = [textBlock('Nothing has been recorded for this pull request yet.')];
    return fitted([markerBlock(source), ...(sections.length === 0 ? nothing : sections)], limits.comment);
  },

  pointer: (source, url) => {
    const [pull = ''] = /\d+(?=#|$)/.exec(url.replace(/#.*$/, '')) ?? [];
    const label = pull === '' ? 'the report of the whole range' : `the report on pull request ${pull}`;
    const line = `This change goes out together with others: ${link(label, url, allowedFor(source))}.`;
    return fitted([markerBlock(source), textBlock(line)], limits.comment);
  },

  marker: (repository, pull) => `<!-- boring-deploys v1 ${word(repository.owner)}/${word(repository.name)}#${pull} -->`,

  summary: (evidence, source) => fitted(sectionOf(sceneOfRun(evidence, source), allowedFor(source)), limits.summary),

  table: ({ title, sentence, head, rows }, links) => {
    const cells = rows.map((row) => tableRow(row.map((cell) => inline(cell, { links }))));
    const blocks = [`### ${escapeText(title)}`, inline(sentence, { links }), [tableHead(head), ...cells].join('\n')];
    return fitted(
      blocks.map((block) => textBlock(block)),
      limits.summary,
    );
  },

  check: (evidence) => {
    const scene = sceneOfRun(evidence);
    const title = titleOf(scene).replace(/`/g, '').replace(/\s+/g, ' ');
    return {
      title: clipped(title, titleLimit),
      summary: fitted(sectionOf(scene, { links: originOf(evidence.run.url) }), limits.check),
    };
  },

  suggestion: suggestionPage,

  note: (phrase, links = []) => inline(phrase, { links }),
};

function markerBlock({ repository, pull }: ReportSource): Block {
  return textBlock(pages.marker(repository, pull ?? 0), -1);
}

function allowedFor({ serverUrl, links = [] }: ReportSource): Allowed {
  return { links: [serverUrl, ...links] };
}

/** The server that the run is on: the one address a record's own page may lead to. */
function originOf(url: string): readonly string[] {
  return URL.canParse(url) ? [new URL(url).origin] : [];
}

/** Owners and names hold no other letters; nothing may end the marker early. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '');
}
