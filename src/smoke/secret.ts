// The secrets of one walk: what is never shown, in every form in which an answer or a message may carry it.
import { redact } from '../kit/redact.ts';

export interface Secrets {
  readonly add: (secret: string) => void;
  readonly addAll: (secrets: readonly string[]) => void;
  /** Whether the text holds a secret, in any of its forms. */
  readonly isIn: (text: string) => boolean;
  /** The text without secrets, on one line, at most `longest` characters. */
  readonly clean: (text: string, longest?: number) => string;
}

/** Keeps secrets; more may come while answers are captured, and are told. */
export function keepSecrets(known: readonly string[], tell: (secret: string) => void = () => {}): Secrets {
  const forms = new Set(known.flatMap(formsOf));
  const add = (secret: string) => {
    if (secret.length >= 4 && !forms.has(secret)) tell(secret);
    for (const form of formsOf(secret)) forms.add(form);
  };
  return {
    add,
    addAll: (more) => more.forEach(add),
    isIn: (text) => [...forms].some((form) => form.length >= 4 && text.includes(form)),
    // Taken out before the text is cut: half a secret is a secret too.
    clean: (text, longest = 300) =>
      clip(
        redact(text, [...forms])
          .replace(/\s+/g, ' ')
          .trim(),
        longest,
      ),
  };
}

/** As it is, escaped in JSON, and in base64 (redact knows the form in URLs). */
function formsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  const bytes = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte)).join('');
  return [secret, JSON.stringify(secret).slice(1, -1), btoa(bytes), btoa(bytes).replace(/=+$/, '')];
}

function clip(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
