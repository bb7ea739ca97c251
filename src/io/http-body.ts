// The body of a reply: decoded (gzip, br, deflate) and cut at a limit that counts decoded bytes, so a bomb stays small.
import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { TextDecoder } from 'node:util';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

export interface Body {
  readonly text: string;
  readonly truncated: boolean;
}

/** The encodings that we ask for and can undo. */
export const encodings = 'gzip, br, deflate';

/** Reads at most `maxBytes` decoded bytes and leaves the rest unread. Rejects when the connection or the encoding breaks. */
export function readBody(message: IncomingMessage, method: string, maxBytes: number): Promise<Body> {
  const hasBody = method !== 'HEAD' && message.statusCode !== 204 && message.statusCode !== 304;
  const stream = hasBody ? decoded(message) : message;
  return new Promise((resolve, reject) => {
    const decoder = decoderOf(message.headers['content-type'] ?? '');
    let text = '';
    let bytes = 0;
    const settle = (truncated: boolean) => resolve({ text: text + decoder.decode(), truncated });
    stream.on('data', (chunk: Buffer) => {
      const room = maxBytes - bytes;
      text += decoder.decode(bytesOf(chunk, room), { stream: true });
      bytes += Math.min(chunk.length, room);
      if (chunk.length <= room) return;
      settle(true);
      stream.destroy();
      message.destroy();
    });
    stream.on('end', () => settle(false));
    stream.on('error', reject);
    message.on('error', reject);
    message.on('close', () => {
      if (!message.complete) reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
  });
}

function decoded(message: IncomingMessage): Readable {
  const named = (message.headers['content-encoding'] ?? '').trim().toLowerCase();
  switch (named) {
    case 'gzip':
    case 'x-gzip':
      return message.pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }));
    case 'br':
      return message.pipe(createBrotliDecompress());
    case 'deflate':
      return message.pipe(inflate());
    default:
      return message;
  }
}

/** `deflate` means zlib's format by the standard and raw deflate by habit: the first byte tells which. */
function inflate(): Readable & NodeJS.WritableStream {
  let inner: ReturnType<typeof createInflate> | ReturnType<typeof createInflateRaw> | undefined;
  const outer: Transform = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      inner ??= begun((chunk[0] ?? 0) % 16 === 8);
      inner.write(chunk, () => done());
    },
    flush(done) {
      if (inner === undefined) return done();
      inner.on('end', () => done());
      inner.end();
    },
  });
  const begun = (wrapped: boolean) => {
    const made = wrapped ? createInflate() : createInflateRaw();
    made.on('data', (piece: Buffer) => outer.push(piece));
    made.on('error', (error) => outer.destroy(error));
    return made;
  };
  return outer;
}

function bytesOf(chunk: Buffer, most: number): Uint8Array {
  return new Uint8Array(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, most));
}

/** By the charset that the server names; UTF-8 when it names none, or one that nobody knows. */
function decoderOf(contentType: string): TextDecoder {
  const charset = /charset="?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
