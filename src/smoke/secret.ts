// The secrets of one walk: what is never shown, in every form in which an answer or a message may carry it.
import { clipped } from '../kit/excerpt.ts';
import { redact } from '../kit/redact.ts';
import { plainText } from '../kit/url-text.ts';

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
  const inside = (text: string) => [...forms].filter((form) => text.includes(form));
  return {
    add,
    addAll: (more) => more.forEach(add),
    isIn: (text) => inside(text).length > 0,
    // Taken out before the text is cut: half a secret is a secret too.
    clean: (text, longest = 300) =>
      clipped(
        redact(mended(text, forms), inside(text)).replace(userinfo, '$1***@').replace(/\s+/g, ' ').trim(),
        longest,
      ),
  };
}

/** Who asks, in any address of a text; schemes are short. */
const userinfo = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"'<>]+@/gi;

/** What lets somebody in who has the address: its password, as it is written and as it is meant, or the user where there is none. */
export function credentialsIn(address: string): readonly string[] {
  const [, user = '', password] = /^[a-z][a-z0-9+.-]*:\/\/([^\s/:@]*)(?::([^\s/@]*))?@/i.exec(address) ?? [];
  const written = password ?? user;
  return written === '' ? [] : [...new Set([written, plainText(written)])];
}

/** Shorter ones would eat ordinary words. */
const shortest = 4;
/** Fewest characters of what is looked for inside of other text: in base64, in one line of several, broken over lines. */
const shortestPiece = 6;

/** As it is, each of its lines, and both as they stand in JSON, URLs, forms, HTML and base64. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const pieces = [secret, ...(lines.length === 1 ? [] : lines.filter((line) => line.length >= shortestPiece))];
  return pieces.flatMap(spellingsOf).filter((form) => form.length >= shortest);
}

function spellingsOf(piece: string): readonly string[] {
  const json = JSON.stringify(piece).slice(1, -1);
  const url = percent(piece);
  return [
    piece,
    json,
    // An answer that is JSON, quoted whole.
    JSON.stringify(json).slice(1, -1),
    json.replaceAll('/', '\\/'),
    json.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    url,
    url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams([['', piece]]).toString().slice(1),
    piece.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...base64Of(piece),
  ];
}

/** Half of a pair that makes one letter cannot stand in a URL. */
function percent(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

/** By itself, and the letters that stand for it whatever stands before and after it, as in `user:password` of a Basic header. */
function base64Of(piece: string): readonly string[] {
  const bytes = Array.from(new TextEncoder().encode(piece), (byte) => String.fromCharCode(byte)).join('');
  const own = btoa(bytes);
  const within =
    bytes.length < shortestPiece
      ? []
      : [0, 1, 2].map((before) =>
          btoa(`${'\0'.repeat(before)}${bytes}`).slice(
            Math.ceil((before * 8) / 6),
            Math.floor(((before + bytes.length) * 8) / 6),
          ),
        );
  const all = [own, own.replace(/=+$/, ''), ...within];
  return [...all, ...all.map((one) => one.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** Secrets that the text breaks over lines, taken out of it. */
function mended(text: string, forms: ReadonlySet<string>): string {
  if (!/[\r\n]|\\[rn]/.test(text)) return text;
  const places: number[] = [];
  let whole = '';
  for (const { 0: letter, index } of text.matchAll(/\\[rnt]|\s|[^\\\s]+|\\/g)) {
    if (/^(\\[rnt]|\s)$/.test(letter)) continue;
    for (let at = 0; at < letter.length; at += 1) places.push(index + at);
    whole += letter;
  }
  const found = [...forms].flatMap((form) => {
    const bare = form.replace(/\s/g, '');
    const at = bare.length < shortestPiece ? -1 : whole.indexOf(bare);
    return at === -1 ? [] : [text.slice(places[at], (places[at + bare.length - 1] ?? 0) + 1)];
  });
  return found.filter((one) => /[\r\n\\]/.test(one)).reduce((left, one) => left.replaceAll(one, '***'), text);
}
