// Suggests mended lines on the pull request of the run.
import { sha256 } from '../kit/digest.ts';
import { pages } from '../vocabulary.ts';
import type { Outcome } from '../world.ts';
import type { Shell } from './assemble.ts';

/** Posts the suggestions that are not there yet; its trouble is a warning. Outside a pull request there is nobody to take them. */
export async function suggest(shell: Shell, { suggestions = [], sha }: Outcome): Promise<void> {
  const { pull } = shell.world.run;
  if (pull === undefined || suggestions.length === 0) return;
  const { warnings } = await shell.github.suggest({
    pull: pull.number,
    sha,
    opening: 'Where a safe way is a matter of words, it stands ready on the line.',
    suggestions: suggestions.map((one) => ({
      path: one.path,
      line: one.line,
      to: one.to,
      key: sha256([one.path, one.title, one.text].join('\n')).slice(0, 16),
      body: pages.suggestion(one),
    })),
  });
  for (const warning of warnings) shell.world.log.warn(warning);
}
