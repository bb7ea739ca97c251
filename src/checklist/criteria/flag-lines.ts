// Lines of the catalogue about the feature flags that a change names: configured, safe while off, not nested, chosen by tenant.
import type { FlagFact } from '../../evidence/service.ts';
import type { Context, Criterion } from '../criterion.ts';
import { type Found, fail, notTold, pass } from '../finding.ts';
import { asksFlag, flagsNamed, flagTold } from '../flags.ts';
import { listed } from '../words.ts';
import { askedLine, together } from './asked-line.ts';
import { safeDefault } from './flag-evidence.ts';
import * as worded from './words/flag-lines.ts';

/** The line about every flag that the change names; a change that names none is not asked. */
function flagLine(
  words: (typeof worded.flagLines)[number],
  judged: (
    name: string,
    flag: FlagFact,
    given: { readonly old: readonly string[]; readonly by: readonly string[] },
  ) => Found,
): Criterion {
  return askedLine({
    ...words,
    ways: ['flags: {provider: unleash}'],
    spared: (context, given) => (namesOf(context, given).length === 0 ? 'the change names no flag' : ''),
    asking: (policy, given) => {
      if (policy.flags?.provider === undefined) return undefined;
      return {
        asks: (here) => namesOf(here, given).flatMap((name) => asksFlag(name, here)),
        finds: (here, answers) => {
          return together(
            namesOf(here, given).map((name): Found => {
              const told = flagTold(name, here, answers);
              if (told.kind === 'unknown') return notTold(told);
              if (!told.value.found)
                return fail(`there is no flag ${name}`, `create ${name} at the provider, off`, 'author');
              if (told.value.archived)
                return fail(`the flag ${name} is archived`, 'name a flag that is in use', 'author');
              return judged(name, told.value, given);
            }),
          );
        },
      };
    },
  });
}

function namesOf(context: Context, { flags }: { readonly flags?: readonly string[] | undefined }): readonly string[] {
  return flags ?? flagsNamed(context);
}

/** `flags-configured`: each flag is there, and safe while it is off. */
const flagsConfigured = flagLine(worded.flagsConfigured, (name, flag, { old }) =>
  named(name, safeDefault(name, flag, old)),
);

/** `flag-not-nested`: no flag depends on another. */
const flagNotNested = flagLine(worded.flagNotNested, (name, { parents }) =>
  parents.length === 0
    ? pass(`${name} stands alone`)
    : fail(`${name} depends on ${listed(parents, 3)}`, 'let it decide by itself', 'author'),
);

/** `flag-safe-default`: off is the old behaviour. */
const flagSafeDefault = flagLine(worded.flagSafeDefault, (name, flag, { old }) =>
  named(name, safeDefault(name, flag, old)),
);

/** `flag-instance-targeting`: the flag chooses by tenant. */
const flagInstanceTargeting = flagLine(worded.flagInstanceTargeting, (name, { targets }, { by }) => {
  const chosen = targets.filter((one) => by.some((other) => other.toLowerCase() === one.toLowerCase()));
  if (chosen.length > 0) return pass(`${name} by ${listed(chosen, 3)}`);
  const words = targets.length === 0 ? 'by nothing' : `by ${listed(targets, 3)} only`;
  return fail(
    `${name} chooses ${words}`,
    `target tenants at the provider, or name what tells them apart (\`with: {by: […]}\`)`,
    'author',
  );
});

function named(name: string, found: Found): Found {
  return found.outcome === 'pass' && typeof found.evidence === 'string' ? pass(`${name}: ${found.evidence}`) : found;
}

/** In the order of the catalogue. */
export const flagLines: readonly Criterion[] = [flagsConfigured, flagNotNested, flagSafeDefault, flagInstanceTargeting];
