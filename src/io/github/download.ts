// Fetches what GitHub keeps elsewhere: follows its redirect without the token, and reads no more than was allowed.
import type { Clock } from '../../world.ts';
import { Refusal, type RefusalParts } from './refusal.ts';

/** Milliseconds for the whole of one attempt. */
const attemptMs = 60_000;
const mostAttempts = 3;

/** The bytes at a signed address, `most` at the most. Throws a Refusal; the address, which is a secret, is in none. */
export async function download(
  { url, what, most }: { readonly url: string; readonly what: string; readonly most: number },
  clock: Clock,
): Promise<Buffer> {
  for (let attempt = 1; ; attempt += 1) {
    const read = await readOnce(url, most).catch((): 'broken' => 'broken');
    if (Buffer.isBuffer(read)) return read;
    if (read === 'too-large') throw refused(what, { kind: 'invalid', ...tooLarge(most) });
    if (read === 'gone') throw refused(what, { kind: 'missing', because: `${what} is gone`, remedy: again });
    if (attempt >= mostAttempts)
      throw refused(what, { kind: 'broken', because: `${what} could not be downloaded`, remedy: again });
    await clock.sleep(500 * attempt);
  }
}

const again = 'run the workflow that makes it again';

function tooLarge(most: number): Pick<RefusalParts, 'because' | 'remedy'> {
  const because = `it has more than ${Math.round(most / 1024 / 1024)} MB`;
  return { because, remedy: 'upload the report alone as an artifact of its own' };
}

function refused(what: string, parts: Omit<RefusalParts, 'where'>): Refusal {
  return new Refusal({ ...parts, where: what });
}

async function readOnce(url: string, most: number): Promise<Buffer | 'too-large' | 'gone' | 'broken'> {
  const reply = await fetch(url, {
    signal: AbortSignal.timeout(attemptMs),
    headers: { 'user-agent': 'boring-deploys' },
  });
  if (reply.status === 404 || reply.status === 410) return 'gone';
  if (reply.status !== 200 || reply.body === null) return 'broken';
  const announced = Number(reply.headers.get('content-length') ?? Number.NaN);
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = reply.body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    size += piece.value.length;
    if (size > most || announced > most) {
      await reader.cancel();
      return 'too-large';
    }
    pieces.push(piece.value);
  }
  if (Number.isFinite(announced) && announced !== size) return 'broken';
  return Buffer.concat(pieces, size);
}
