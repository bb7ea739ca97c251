// Break-glass calls its owners: an issue that mentions them and owes the review, since an edited comment would tell nobody.
import type { Phrase } from '../kit/phrase.ts';
import { pages } from '../vocabulary.ts';
import type { Evidence } from '../world.ts';
import type { Shell } from './assemble.ts';

/** GitHub notifies at most 50 people of one text; nobody reviews in such a crowd. */
const mostOwners = 10;

/** Opens the issue when somebody broke the glass; does nothing otherwise. Trouble becomes a warning. */
export async function raiseAlarm(shell: Shell, evidence: Evidence, reportUrl: string): Promise<void> {
  const { found, environment, run } = evidence;
  if (found['break-glass'] !== true) return;
  const { waived } = found;
  const ids = typeof waived === 'object' ? waived.join(', ') : '';
  const words: Phrase = [
    { strong: String(found['override-by']) },
    ` set aside ${ids} for ${environment} with break-glass: `,
    String(found['override-reason']),
    '. Review it within 24 h and close this issue. ',
    { text: 'Report', href: reportUrl === '' ? run.url : reportUrl },
  ];
  const said = pages.note(words, [shell.world.run.serverUrl]);
  const opened = await shell.github.issue({
    title: `Break-glass on ${environment} by ${String(found['override-by'])}`,
    body: `${mentionsOf(found['override-owners'])}${said}`,
    key: `break-glass ${environment} ${run.id}`,
  });
  for (const warning of opened.warnings) shell.world.log.warn(warning);
  if (opened.url !== '') shell.world.log.info(`The owners were called: ${opened.url}`);
}

function mentionsOf(owners: Evidence['found'][string] | undefined): string {
  if (typeof owners !== 'object') return '';
  const logins = owners.filter((login) => /^[A-Za-z0-9-]+$/.test(login)).slice(0, mostOwners);
  return logins.length === 0 ? '' : `${logins.map((login) => `@${login}`).join(' ')} `;
}
