// Addresses: host and port from what people write, from URLs, and an IPv6 host with and without its brackets.
import { expect, test } from '@jest/globals';
import { addressOf, serverOf, withoutBrackets } from '../../src/kit/address.ts';

test.each([
  ['shop.example:80', undefined, { host: 'shop.example', port: 80 }],
  ['shop.example', 443, { host: 'shop.example', port: 443 }],
  ['[::1]:8443', 443, { host: '::1', port: 8443 }],
  ['[fe80::1%eth0]:80', undefined, { host: 'fe80::1%eth0', port: 80 }],
  ['shop.example', undefined, undefined],
  ['shop.example:65535', undefined, { host: 'shop.example', port: 65_535 }],
  ['shop.example:65536', undefined, undefined],
  ['shop.example:0', undefined, undefined],
  ['https://shop.example', 443, undefined],
  ['', 443, undefined],
])('the address %s with the usual port %s', (text, usual, address) => {
  expect(addressOf(text, usual)).toEqual(address);
});

test.each([
  ['http://shop.example/cart', { host: 'shop.example', port: 80 }],
  ['https://shop.example', { host: 'shop.example', port: 443 }],
  ['https://shop.example:8443', { host: 'shop.example', port: 8_443 }],
  ['http://[::1]:8080/', { host: '::1', port: 8_080 }],
])('the server of %s', (url, server) => {
  expect(serverOf(new URL(url))).toEqual(server);
});

test('a host loses its brackets, and nothing else', () => {
  expect(['[::1]', '::1', 'shop.example'].map(withoutBrackets)).toEqual(['::1', '::1', 'shop.example']);
});
