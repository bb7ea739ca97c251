// A webhook of one's own: the message as JSON, signed when a secret is given.
import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import type { Message } from '../../providers/message.ts';
import type { webhookShape } from '../../providers/notifiers.ts';
import { type Posted, type PostParts, post } from './post.ts';

/** `X-Signature-256: sha256=<HMAC-SHA-256 of the body with the secret, hexadecimal>`, as GitHub signs its own. */
export function sendWebhook(
  parts: PostParts & { readonly repository: string },
  options: z.output<ReturnType<typeof webhookShape>>,
  message: Message,
): Promise<Posted> {
  const body = JSON.stringify({
    schema: 1,
    repository: parts.repository,
    ...message,
    at: new Date(message.at).toISOString(),
  });
  const secret = 'secret' in options ? options.secret : undefined;
  const given = 'headers' in options ? options.headers : undefined;
  const signed =
    secret === undefined
      ? {}
      : { 'x-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
  return post(parts, { method: 'POST', url: options.url, headers: { ...given, ...signed }, body });
}
