// The one new comment that calls somebody: an edit notifies nobody, so a rollback and a refusal are said once more (REPORT.md, Rules).
import type { Phrase } from '../kit/phrase.ts';
import { pages } from '../vocabulary.ts';
import type { Evidence } from '../world.ts';
import type { Shell } from './assemble.ts';

const loud: Readonly<Partial<Record<Evidence['action'], readonly string[]>>> = {
  'canary-step': ['rollback'],
  rollback: ['restored', 'refused', 'failed', 'unverified'],
};

/** Posts it on the newest pull request, once an event, with the author's mention and the way to the report. Quiet verdicts post nothing. */
export async function noteAuthor(shell: Shell, evidence: Evidence, reportUrl: string): Promise<void> {
  const pull = Math.max(0, ...evidence.pulls);
  if (pull === 0 || evidence.reportOnly || loud[evidence.action]?.includes(evidence.verdict) !== true) return;
  const read = await shell.world.ask({ kind: 'pull', number: pull });
  const { login = '', bot = true } = read.kind === 'known' ? read.value.author : {};
  const sentence = typeof evidence.sentence === 'string' ? [evidence.sentence] : evidence.sentence;
  // One phrase: what is rendered piece by piece loses the spaces between.
  const words: Phrase = [
    { strong: `${evidence.environment}: ${evidence.title}` },
    '. ',
    ...sentence,
    ' ',
    { text: 'Report', href: reportUrl },
  ];
  const said = pages.note(words, [shell.world.run.serverUrl]);
  const mention = bot || !/^[A-Za-z0-9-]+$/.test(login) ? '' : `@${login} `;
  const key = `${evidence.action} ${evidence.verdict} ${evidence.environment} ${evidence.deploymentId ?? evidence.run.id}`;
  const noted = await shell.github.note({ pull, key, body: `${mention}${said}` });
  for (const warning of noted.warnings) shell.world.log.warn(warning);
}
