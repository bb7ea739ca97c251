// Whether a browser would load an asset whose page names its digest (W3C, Subresource Integrity): a wrong one breaks the page with status 200.
import type { Failure } from './failure.ts';
import type { Reply } from './port.ts';

const algorithms = ['sha512', 'sha384', 'sha256'] as const;

/** What speaks against the body; nothing where no digest is asked for, or where the text no longer tells the bytes that came. */
export async function integrityFailures(integrity: string, reply: Reply): Promise<readonly Failure[]> {
  const wanted = strongest(integrity);
  if (wanted === undefined || reply.status >= 300) return [];
  if (reply.truncated) {
    const got = `more than ${reply.body.length} characters, cut there (defaults.max_body)`;
    return [{ about: 'integrity', expected: 'a whole body', got }];
  }
  if (reply.body.includes('\u{FFFD}') || /charset=(?!"?utf-?8)/i.test(reply.headers['content-type'] ?? '')) return [];
  // A byte order mark is taken off when a text is read.
  const digests = await Promise.all(
    [reply.body, `\u{FEFF}${reply.body}`].map((text) => digestOf(text, wanted.algorithm)),
  );
  if (digests.some((digest) => wanted.digests.includes(digest))) return [];
  const expected = `${wanted.algorithm}-${wanted.digests.join(' or ')}`;
  return [{ about: 'integrity', expected, got: `${wanted.algorithm}-${digests[0] ?? ''}: a browser refuses it` }];
}

/** Of several algorithms only the strongest counts; words that are none of them are passed by. */
function strongest(integrity: string) {
  const listed = integrity.split(/\s+/).flatMap((word) => {
    const match = /^(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+=*)/.exec(word);
    return match === null ? [] : [{ algorithm: match[1] ?? '', digest: plain(match[2] ?? '') }];
  });
  const algorithm = algorithms.find((one) => listed.some((word) => word.algorithm === one));
  if (algorithm === undefined) return undefined;
  return { algorithm, digests: listed.flatMap((word) => (word.algorithm === algorithm ? [word.digest] : [])) };
}

function plain(digest: string): string {
  return digest.replace(/-/g, '+').replace(/_/g, '/');
}

async function digestOf(text: string, algorithm: (typeof algorithms)[number]): Promise<string> {
  const name = `SHA-${algorithm.slice(3)}`;
  const bytes = new Uint8Array(await crypto.subtle.digest(name, new TextEncoder().encode(text)));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
