// The inputs that all five actions share, parsed once: every value arrives as trimmed text, empty when it was not given.
import { z } from 'zod';

/** Words that must be one of a list; empty means the first. The message names the words. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z
    .string()
    .transform((text) => (text === '' ? words[0] : text))
    .pipe(z.enum(words, { error: (issue) => `"${issue.input}" is none of ${words.join(', ')}` }));
}

/** `true` or `false` as the runner spells them. */
export const flag = z
  .string()
  .transform((text) => (text === '' ? 'false' : text.toLowerCase()))
  .pipe(z.enum(['true', 'false'], { error: (issue) => `"${issue.input}" is neither true nor false` }))
  .transform((text) => text === 'true');

/** A full commit sha in lower case, or empty. Seven characters can be forged, so they are refused. */
export const fullSha = z.string().refine((text) => text === '' || /^[0-9a-f]{40}$/.test(text), {
  error: (issue) => `"${issue.input}" is not a full commit sha: give all 40 characters (git rev-parse <ref>)`,
});

/** A whole number above zero, or undefined when not given. */
export const wholeNumber = z
  .string()
  .refine((text) => text === '' || /^[1-9][0-9]{0,17}$/.test(text), {
    error: (issue) => `"${issue.input}" is not a whole number above 0`,
  })
  .transform((text) => (text === '' ? undefined : Number(text)));

/** Lines or commas, trimmed, empty ones dropped. */
export const lines = listParted(/[\n,]/);

/** The same for globs: a comma between braces parts what a glob may be. */
export const globs = listParted(/[\n,](?![^{}\n]*\})/);

function listParted(sign: RegExp) {
  return z.string().transform((text) =>
    text
      .split(sign)
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
}

export const text = z.string();

const relativePath = z.string().refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
  error: (issue) => `"${issue.input}" leaves the repository: give a path inside it`,
});

/** A path inside the repository; `fallback` when it was not given. */
export function pathInput(fallback: string) {
  return relativePath.transform((path) => (path === '' ? fallback : path));
}

/** Whoever can read the repository can try keys at what they signed: shorter ones would be found. Characters. */
const shortestKey = 16;

/** Keys that sign and check records, one a line: the first signs, all check. */
const recordKeys = z
  .string()
  .transform((given) =>
    given
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  )
  .refine((keys) => keys.every((key) => key.length >= shortestKey), {
    error: `a key of fewer than ${shortestKey} characters can be guessed: make one with \`openssl rand -base64 32\``,
  });

/** The shared inputs (ACTIONS.md, "Shared by all five"). Spread it into an action's own `z.strictObject`. */
export const sharedInputs = {
  environment: text.transform((name) => (name === '' ? 'production' : name)),
  leg: text,
  policy: pathInput('.github/deploy-policy.yml'),
  'policy-source': choice(['trusted', 'workspace']),
  'github-token': text,
  'record-key': recordKeys,
  'deployment-id': wholeNumber,
  'expected-sha': fullSha,
  comment: choice(['auto', 'false']),
  'dry-run': flag,
  override: lines,
  'override-reason': text,
  'job-status': choice(['success', 'failure', 'cancelled']),
};

export type SharedInputs = z.infer<z.ZodObject<typeof sharedInputs>>;

/** Names of the inputs whose values are secrets: masked at the door. */
export const secretInputs = ['github-token', 'record-key', 'database-url', 'shadow-url'] as const;

/** The outputs every action sets (ACTIONS.md). */
export const sharedOutputs = [
  'verdict',
  'reason',
  'deployment-id',
  'sha',
  'version',
  'rollback',
  'result',
  'report-url',
] as const;
