import { describe, expect, test } from '@jest/globals';
import { routers } from '../../src/providers/routers.ts';
import { sources } from '../../src/providers/sources.ts';
import { profileOf, tools } from '../../src/providers/tools.ts';

describe('options of routers and metric sources', () => {
  test.each([
    ['command', { get: './weights', set: ['./set', 'shop'], timeout: '5s' }, true],
    ['command', { get: './weights' }, false],
    ['command', { get: [], set: './set' }, false],
    ['command', { get: './weights', set: './set', timeout: '5' }, false],
    ['http', { url: 'http://127.0.0.1:1/weights', weights: '/data/weights' }, true],
    ['http', { url: 'http://127.0.0.1:1/weights', weights: 'data' }, false],
    ['http', { url: 'http://127.0.0.1:1', method: 'GET' }, false],
    ['nginx', { config: '/etc/nginx/conf.d/shop.conf', upstream: 'shop' }, true],
    ['nginx', { config: '/etc/nginx/conf.d/shop.conf' }, false],
    ['haproxy', { socket: ['/run/haproxy.sock', 'lb2:9999'], backend: 'shop' }, true],
    ['kubernetes-replicas', { replicas: 0 }, false],
    ['istio', { 'virtual-service': 'shop', destinations: { blue: { host: 'shop', subset: 'v1' } } }, true],
    ['unleash', { flag: 'checkout', token: 'a' }, true],
    ['launchdarkly', { token: 'a' }, false],
  ])('router %s with %o: %s', (name, options, fits) => {
    expect(routers.get(name)?.().safeParse(options).success).toBe(fits);
  });

  test.each([
    ['prometheus', { prometheus: 'http://127.0.0.1:9090', headers: { authorization: 'Bearer x' } }, true],
    ['prometheus', { prometheus: '' }, false],
    ['json', { json: 'http://127.0.0.1/m?side={{side}}' }, true],
    ['json', { json: 'http://127.0.0.1/m', path: '/a' }, false],
  ])('source %s with %o: %s', (name, options, fits) => {
    expect(sources.get(name)?.().safeParse(options).success).toBe(fits);
  });

  test('every migration tool says how far it was tried', () => {
    expect([profileOf('flyway')?.tested, profileOf('dbmate')?.tested]).toEqual(['recorded', 'real']);
    expect(tools.has('plain-sql')).toBe(true);
  });
});
