// The answer of a URL to one GET: by the sender that everything shares, with its deadline and its verified TLS.
import { type Answer, known, unknown } from '../../evidence/answer.ts';
import type { QuestionOf } from '../../evidence/question.ts';
import type { World } from '../../world.ts';

/** A page to look for a word in; what is longer is cut and said to be. */
const maxBytes = 262_144;

/** What the URL answers. Where nothing was reached at all nobody can tell: that may be this runner's network. Never throws. */
export async function answerOf(
  http: World['http'],
  { url, timeoutMs }: QuestionOf<'http'>,
  signal: AbortSignal,
): Promise<Answer<'http'>> {
  const reply = await http({ method: 'GET', url, timeoutMs, fresh: true, maxBytes, signal });
  if (reply.kind === 'reply') {
    const { status, body, truncated } = reply;
    return known({ kind: 'reply', status, body, truncated });
  }
  if (signal.aborted) return unknown('the job was cancelled', 'start it again');
  return reply.unreachable
    ? unknown(reply.because, 'check the address, and that this runner can reach it')
    : known({ kind: 'failed', because: reply.because });
}
