// Reads the words of a Deployment status back: one pattern for each kind of entry.
import type { Entry } from './entry.ts';

/** A plain name, `–` for an empty one, or a quoted one (see record/words). */
const named = String.raw`([A-Za-z0-9][A-Za-z0-9._+@/:-]*…?|–|"(?:[^"\\]|\\.)*")`;
const tag = `(?:${named}|…)`;
const number = String.raw`(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)`;

interface Pattern {
  readonly words: RegExp;
  /** Undefined when the words only look like this kind. */
  readonly entry: (part: (index: number) => string) => Entry | undefined;
}

const patterns: readonly Pattern[] = [
  {
    words: pattern(`gate open: tier ${named}, plan ${named}`),
    entry: (part) => ({ kind: 'begun', tier: unquoted(part(1)), plan: unquoted(part(2)) }),
  },
  {
    words: pattern(`gate report, (open|would be closed): tier ${named}, plan ${named}`),
    entry: (part) => ({
      kind: 'begun',
      tier: unquoted(part(2)),
      plan: unquoted(part(3)),
      trial: part(1) === 'open' ? 'open' : 'closed',
    }),
  },
  {
    words: pattern(`sides: stable ${named}, canary ${named}`),
    entry: (part) => ({ kind: 'sides', stable: unquoted(part(1)), canary: unquoted(part(2)) }),
  },
  {
    words: pattern(`shares before: (${named} ${number} %(?:, ${named} ${number} %)*)`),
    entry: (part) => {
      const shares = [...part(1).matchAll(new RegExp(`${named} ${number} %`, 'gu'))];
      return {
        kind: 'before',
        weights: Object.fromEntries(shares.map(([, of = '', share]) => [unquoted(of), Number(share)])),
      };
    },
  },
  {
    words: pattern(`canary ${named} ${number} %: (shifting|baking|promote|hold|rollback)(?:, (.+))?`),
    entry: (part) => {
      const verdict = stageVerdict(part(3));
      if (verdict === undefined) return undefined;
      return { kind: 'stage', stage: unquoted(part(1)), weight: Number(part(2)), verdict, reason: part(4) };
    },
  },
  {
    words: pattern(`canary complete: ${named} 100 %`),
    entry: (part) => ({ kind: 'completed', side: unquoted(part(1)) }),
  },
  {
    words: pattern(`traffic restored: ${named} 100 %(?:, (.+))?`),
    entry: (part) => ({ kind: 'restored', side: unquoted(part(1)), because: part(2) }),
  },
  {
    words: pattern(`smoke ${named}: ${number} of ${number}(?:, tags (${tag}(?:, ${tag})*))?`),
    entry: (part) => {
      const tags = [...part(4).matchAll(new RegExp(tag, 'gu'))].map(([word]) => unquoted(word));
      return {
        kind: 'smoke',
        verdict: unquoted(part(1)),
        passed: Number(part(2)),
        total: Number(part(3)),
        ...(tags.length === 0 ? {} : { tags }),
      };
    },
  },
  {
    words: pattern(`migrations ${named}: ${number}, ${named}`),
    entry: (part) => ({
      kind: 'migration',
      verdict: unquoted(part(1)),
      count: Number(part(2)),
      compatibility: unquoted(part(3)),
    }),
  },
  {
    words: pattern('rollback: (planned|switched|verified|refused|failed)(?: (.+))?'),
    entry: (part) => {
      const phase = rollbackPhase(part(1));
      return phase === undefined ? undefined : { kind: 'rollback', phase, detail: part(2) };
    },
  },
  {
    words: pattern(`rolled back to ${named}(?:, deployment (\\d+))?`),
    entry: (part) => ({ kind: 'rolled-back', to: unquoted(part(1)), deploymentId: Number(part(2)) }),
  },
  { words: pattern('finished'), entry: () => ({ kind: 'finished' }) },
  {
    words: pattern('superseded(?: by (.+))?'),
    entry: (part) => ({ kind: 'ended', how: 'superseded', detail: part(1) }),
  },
  {
    words: pattern('(retired|left|cancelled)(?:: (.+))?'),
    entry: (part) => {
      const how = part(1);
      if (how !== 'retired' && how !== 'left' && how !== 'cancelled') return undefined;
      return { kind: 'ended', how, detail: part(2) };
    },
  },
];

/** The entry that the words (without leg and time) say; undefined when no pattern knows them. */
export function readWords(words: string): Entry | undefined {
  for (const known of patterns) {
    const match = known.words.exec(words);
    const entry = match === null ? undefined : known.entry((index) => match[index] ?? '');
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function pattern(words: string): RegExp {
  return new RegExp(`^${words}$`, 'u');
}

function unquoted(word: string): string {
  if (word === '–') return '';
  if (!word.startsWith('"')) return word;
  try {
    return String(JSON.parse(word));
  } catch {
    // Quoted by somebody else: shown as it stands.
    return word;
  }
}

function stageVerdict(word: string) {
  const verdicts = ['shifting', 'baking', 'promote', 'hold', 'rollback'] as const;
  return verdicts.find((verdict) => verdict === word);
}

function rollbackPhase(word: string) {
  const phases = ['planned', 'switched', 'verified', 'refused', 'failed'] as const;
  return phases.find((phase) => phase === word);
}
