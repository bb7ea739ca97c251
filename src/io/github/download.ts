// Fetches what GitHub keeps elsewhere: follows its redirect without the token, and reads no more than was allowed.
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { serverOf } from '../../kit/address.ts';
import type { Clock } from '../../world.ts';
import { poolsOf } from '../proxy.ts';
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
  const reply = await answerOf(url);
  const { statusCode: status } = reply;
  const announced = Number(reply.headers['content-length'] ?? Number.NaN);
  try {
    if (status === 404 || status === 410) return 'gone';
    if (status !== 200) return 'broken';
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of reply) {
      size += piece.length;
      if (size > most || announced > most) return 'too-large';
      pieces.push(piece);
    }
    return Number.isFinite(announced) && announced !== size ? 'broken' : Buffer.concat(pieces, size);
  } finally {
    reply.destroy();
  }
}

/** By the runner's proxy, as everything else. */
function answerOf(url: string): Promise<IncomingMessage> {
  const server = new URL(url);
  const secure = server.protocol === 'https:';
  const request = secure ? httpsRequest : httpRequest;
  const agent = poolsOf({}).agentFor(secure, serverOf(server));
  const options = { agent, signal: AbortSignal.timeout(attemptMs), headers: { 'user-agent': 'boring-deploys' } };
  return new Promise((resolve, reject) => request(url, options, resolve).on('error', reject).end());
}
