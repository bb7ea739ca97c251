// Zip archives of strangers: whole ones are read, all others are refused with the reason, and nothing unpacks without a limit.
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { unzip, ZipFault, zipEntries } from '../../src/io/zip.ts';
import { makeZip, zipOf } from '../world/zip.ts';

const megabyte = 1024 * 1024;

function textOf(zip: Buffer, name: string, most = megabyte): string {
  const entry = zipEntries(zip).find((one) => one.name === name);
  if (entry === undefined) throw new Error(`no ${name}`);
  return unzip(zip, entry, most).toString('utf8');
}

function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (fault) {
    if (fault instanceof ZipFault) return fault.message;
    throw fault;
  }
  return 'it was read';
}

describe('a whole archive', () => {
  const files = { 'lcov.info': 'TN:\n', 'ü/b.xml': '<a/>', empty: '' };

  test.each([
    ['deflated', zipOf(files)],
    [
      'stored',
      makeZip(Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text), method: 0 as const }))),
    ],
    [
      'of zip64',
      makeZip(
        Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
        { wide: true },
      ),
    ],
    [
      'with a comment',
      makeZip(
        Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
        { comment: 'PK by us' },
      ),
    ],
  ])('%s gives each file', (_how, zip) => {
    expect(Object.fromEntries(zipEntries(zip).map(({ name }) => [name, textOf(zip, name)]))).toEqual(files);
  });

  test('leaves its folders out', () => {
    const zip = makeZip([
      { name: 'a/', bytes: Buffer.alloc(0), method: 0 },
      { name: 'a/b', bytes: Buffer.from('b') },
    ]);

    expect(zipEntries(zip).map(({ name }) => name)).toEqual(['a/b']);
  });

  test('without any file holds none', () => {
    expect(zipEntries(makeZip([]))).toEqual([]);
  });
});

describe('an archive that nobody should read', () => {
  const one = { name: 'a.txt', bytes: Buffer.from('hello hello hello') };
  const whole = makeZip([one]);

  test.each([
    ['nothing', Buffer.alloc(0), 'it is no zip archive'],
    ['text', Buffer.from('<html>Not found</html>'.repeat(10)), 'it is no zip archive'],
    ['without its end', whole.subarray(0, -10), 'it is no zip archive'],
    ['without its beginning', whole.subarray(20), 'damaged, or cut off'],
    ['a name above', makeZip([{ ...one, name: '../a.txt' }]), 'made to leave its folder'],
    ['a name inside above', makeZip([{ ...one, name: 'a/../../b' }]), 'made to leave its folder'],
    ['an absolute name', makeZip([{ ...one, name: '/etc/passwd' }]), 'made to leave its folder'],
    ['a drive', makeZip([{ ...one, name: 'C:x' }]), 'made to leave its folder'],
    ['backslashes', makeZip([{ ...one, name: 'a\\b' }]), 'made to leave its folder'],
    ['one name twice', makeZip([one, one]), 'two files of one name'],
    ['encrypted', makeZip([{ ...one, flags: 1 }]), 'it is encrypted'],
    ['packed otherwise', makeZip([{ ...one, method: 12 }]), 'packed in a way'],
    ['another checksum', makeZip([{ ...one, crc: 1 }]), 'a.txt is damaged'],
    ['another size', makeZip([{ ...one, size: 3 }]), 'a.txt is damaged'],
  ])('%s', (_what, zip, words) => {
    expect(faultOf(() => textOf(zip, zipEntries(zip)[0]?.name ?? ''))).toContain(words);
  });

  test('a bomb is not unpacked, whether it tells its size or lies about it', () => {
    const zeros = Buffer.alloc(64 * megabyte);
    const honest = makeZip([{ name: 'bomb', bytes: zeros }]);
    const lying = makeZip([{ name: 'bomb', bytes: zeros, size: 10 }]);
    expect(deflateRawSync(zeros).length).toBeLessThan(megabyte);

    const words = [honest, lying].map((zip) => faultOf(() => textOf(zip, 'bomb')));

    expect(words).toEqual(['bomb unpacks to more than 1 MB', 'bomb unpacks to more than 1 MB']);
  });

  test('a file of exactly the most is read, one byte more is not', () => {
    const zip = makeZip([{ name: 'a', bytes: Buffer.alloc(1001, 'x') }]);

    expect(textOf(zip, 'a', 1001)).toHaveLength(1001);
    expect(faultOf(() => textOf(zip, 'a', 1000))).toContain('more than');
  });

  test('every archive that is cut somewhere is refused, never read by half', () => {
    for (let length = 0; length < whole.length; length += 1)
      expect(faultOf(() => textOf(whole.subarray(0, length), 'a.txt'))).not.toBe('it was read');
  });
});
