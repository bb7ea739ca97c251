// The body of a reply: decoded (gzip, br, deflate) and cut at a limit that counts decoded bytes, so a bomb stays small.
import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { createAllowance } from './http-allowance.ts';
import { brokenBody } from './http-failure.ts';
import { heavy, weigh } from './http-weight.ts';

export interface Body {
  readonly text: string;
  readonly truncated: boolean;
  /** Of a heavy body: it is judged, and its memory given back. */
  readonly leave?: () => void;
}

/** The encodings that we ask for and can undo. */
export const encodings = 'gzip, br, deflate';

/** Reads at most `maxBytes` decoded bytes and leaves the rest unread. Rejects when the connection or the encoding breaks, also at its last byte. */
export function readBody(message: IncomingMessage, method: string, maxBytes: number): Promise<Body> {
  const hasBody = mayHaveBody(message, method);
  const strange = hasBody ? strangeOf(message) : undefined;
  if (strange !== undefined) return Promise.reject(broken(strange));
  const stream = hasBody ? decoded(message) : message;
  return new Promise((resolve, reject) => {
    const share = bodies.enter(stream);
    const text = textOf(message.headers['content-type']);
    let bytes = 0;
    let came = 0;
    const settle = (truncated: boolean) => {
      const body = { text: text.end(), truncated };
      share.end();
      weigh();
      if (bytes < heavy) {
        share.leave();
        resolve(body);
      } else resolve({ ...body, leave: share.leave });
    };
    const fail = (error: unknown) => {
      share.leave();
      reject(error);
    };
    stream.on('data', (chunk: Buffer) => {
      const room = maxBytes - bytes;
      const taken = Math.min(chunk.length, room);
      text.add(chunk, taken);
      bytes += taken;
      weigh(chunk.length);
      if (chunk.length <= room) return share.add(taken);
      settle(true);
      stream.destroy();
      message.destroy();
    });
    stream.on('end', () => settle(false));
    stream.on('error', (error) => {
      if (stream === message) return fail(error);
      // Without a byte there is nothing to undo.
      if (message.complete && came === 0) settle(false);
      else fail(broken(error.message));
    });
    if (stream !== message) {
      message.on('data', (piece: Buffer) => {
        came += piece.length;
      });
      message.on('error', fail);
    }
    message.on('close', () => {
      if (!message.complete) fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
  });
}

/** Where no byte follows there is nothing to undo, whatever the encoding is called (RFC 9112, 6.3). */
function mayHaveBody({ statusCode, headers }: IncomingMessage, method: string): boolean {
  return method !== 'HEAD' && statusCode !== 204 && statusCode !== 304 && headers['content-length'] !== '0';
}

/** An answer came, and its body cannot be undone to its end. */
function broken(why: string): Error {
  const how = /unexpected end/.test(why) ? 'is broken off' : 'cannot be read';
  return Object.assign(new Error(`${how}: ${why}`), { code: brokenBody });
}

/** All bodies of this process: eight of the default limit. */
const bodies = createAllowance(8 * 1024 * 1024);

function encodingOf(message: IncomingMessage): string {
  return (message.headers['content-encoding'] ?? '').trim().toLowerCase();
}

/** Encodings that exist (IANA) and that we cannot undo, or several upon each other: read as text they would hold nothing of what must not be there. */
function strangeOf(message: IncomingMessage): string | undefined {
  const named = encodingOf(message);
  const strange = /^(x-)?compress$|^(zstd|dcb|dcz|exi|aes128gcm|pack200-gzip)$|,/.test(named);
  return strange ? `it is in an encoding that was not asked for: ${named.slice(0, 60)}` : undefined;
}

function decoded(message: IncomingMessage): Readable {
  switch (encodingOf(message)) {
    case 'gzip':
    case 'x-gzip':
      return message.pipe(createGunzip());
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

interface Text {
  readonly add: (chunk: Buffer, bytes: number) => void;
  readonly end: () => string;
}

// Most bodies come in one piece: they need no decoder that remembers half a character.
const utf8 = new TextDecoder();

/** The text of the pieces, by the charset that the server names. */
function textOf(contentType: string | undefined): Text {
  const charset = contentType === undefined ? undefined : /charset="?([^\s;"]+)/i.exec(contentType)?.[1];
  const plain = charset === undefined || /^utf-?8$/i.test(charset);
  let first: Buffer | undefined;
  let pieces: Pieces | undefined;
  let text = '';
  return {
    add: (chunk, bytes) => {
      const piece = bytes === chunk.length ? chunk : chunk.subarray(0, bytes);
      if (first === undefined && pieces === undefined) {
        first = piece;
        return;
      }
      pieces ??= plain ? utf8Pieces() : piecesIn(charset);
      if (first !== undefined) text = pieces.text(first);
      first = undefined;
      text += pieces.text(piece);
    },
    end: () => {
      if (pieces !== undefined) return text + pieces.rest();
      if (first === undefined) return '';
      return plain ? utf8.decode(first) : decoderOf(charset).decode(first);
    },
  };
}

/** A decoder between two pieces of one text. */
interface Pieces {
  readonly text: (piece: Buffer) => string;
  readonly rest: () => string;
}

/** Of a page in English it makes half as much memory as TextDecoder, which writes two bytes a letter in pieces. */
function utf8Pieces(): Pieces {
  const decoder = new StringDecoder('utf8');
  let begun = false;
  return {
    text: (piece) => {
      const text = decoder.write(piece);
      if (begun || text === '') return text;
      begun = true;
      // The mark of the byte order is no part of the text.
      return text.startsWith('\u{FEFF}') ? text.slice(1) : text;
    },
    rest: () => decoder.end(),
  };
}

function piecesIn(charset: string | undefined): Pieces {
  const decoder = decoderOf(charset);
  return { text: (piece) => decoder.decode(piece, { stream: true }), rest: () => decoder.decode() };
}

/** UTF-8 when none is named, or one that nobody knows. */
function decoderOf(charset = 'utf-8'): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
