// What only people can vouch for, because no file, API or record says it: an attestation file with a date, else what the line names instead.
import { asksWord, findWord } from '../attestation.ts';
import { type Criterion, withOptions } from '../criterion.ts';
import * as worded from './words/attested.ts';

/** Each: the file `attestation` (default `.github/attestations/<id>.yml` or `.md`) says by whom and when, and is younger than `max-age`.
 * What the process asks beyond that stands in `with:` for the person who attests it. A line that names evidence of its own never comes here. */
export const attested: readonly Criterion[] = worded.attested.map((words) =>
  withOptions({
    ...words,
    asks: (context, given, answers) => asksWord(given, context, answers),
    finds: (context, given, answers) => findWord(given, context, answers),
  }),
);
