// The address under test: where it is written, what may not be in it, and how it is shown.
import { describe, expect, test } from '@jest/globals';
import { addressOf, withBase } from '../../src/smoke/address.ts';

const nobody = () => undefined;
const place = (url?: string) => ({ url, traffic: undefined, environment: 'production' });
const asked = (baseUrl: string) => ({ baseUrl, connectTo: '' });

describe('an address', () => {
  test.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://shop.example/', 'https://shop.example'],
    ['http://[::1]:8080/app/', 'http://[::1]:8080/app'],
    ['https://bob:word@shop.example', 'https://bob:word@shop.example'],
  ])('%s is asked as %s', (written, used) => {
    expect(addressOf(asked(written), place(), nobody)).toEqual({ baseUrl: used });
  });

  // The path of each check would become a part of the query: every check asked the first page, and passed.
  test.each([
    ['https://shop.example/?lang=en'],
    ['https://shop.example/#/start'],
    ['https://shop.example?'],
    ['shop.example'],
    ['ftp://shop.example'],
    ['https://'],
  ])('%s is none: paths cannot be put behind it', (written) => {
    expect(() => addressOf(asked(written), place(), nobody)).toThrow(/is no address to ask.*base-url/s);
    expect(() => addressOf(asked(''), place(written), nobody)).toThrow(/is no address to ask.*production\.url/s);
  });

  test('that is none is told without who asks', () => {
    expect(() => addressOf(asked('https://hidden@shop.example/?key=hidden'), place(), nobody)).toThrow(
      /^(?!.*hidden).*shop\.example/s,
    );
  });

  test('of the suite is taken where the policy has none', () => {
    const suite = { environments: { production: { base: 'https://a.example', protected: false, vars: {}, skip: [] } } };

    expect(withBase(place(), suite).url).toBe('https://a.example');
    expect(withBase(place('https://b.example'), suite).url).toBe('https://b.example');
  });
});
