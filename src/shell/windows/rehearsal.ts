// Windows of a rehearsal: the grammar that reads its SQL, and the throw-away server it runs on.
import { createGrammar } from '../../io/migrations/grammar.ts';
import { createShadow } from '../../io/migrations/shadow.ts';
import type { SharedWorld, World } from '../../world.ts';

export function rehearsalWindows({ command, clock }: SharedWorld): Pick<World, 'grammar' | 'shadow'> {
  return { grammar: createGrammar(), shadow: (options) => createShadow(options, { command, clock }) };
}
