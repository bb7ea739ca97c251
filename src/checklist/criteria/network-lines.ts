// Lines of the catalogue that the network answers: load balancer, firewall, CDN, DNS, certificates, connections, services of others.
import type { Effective } from '../../policy/effective.ts';
import type { Criterion } from '../criterion.ts';
import { type Asking, allOf, askedLine } from './asked-line.ts';
import { networkCriterion } from './network-evidence.ts';
import * as worded from './words/network-lines.ts';

/** `host` or `host:port` of the environment's `url`; undefined when it has none. */
export function hostOf({ url }: Pick<Effective, 'url'>): string | undefined {
  return /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(url ?? '')?.[1];
}

function addressOf(policy: Pick<Effective, 'url'>): string | undefined {
  const host = hostOf(policy);
  if (host === undefined || /:\d+$/.test(host)) return host;
  return `${host}:${/^http:/i.test(policy.url ?? '') ? 80 : 443}`;
}

function pagesAt(urls: readonly string[], status?: readonly number[]): Asking | undefined {
  const probes = urls.flatMap(
    (url) => networkCriterion('http', { url, ...(status === undefined ? {} : { status }) }) ?? [],
  );
  return probes.length === 0 ? undefined : allOf(probes);
}

function portsAt(addresses: readonly string[]): Asking | undefined {
  const probes = addresses.flatMap((address) => networkCriterion('tcp', address) ?? []);
  return probes.length === 0 ? undefined : allOf(probes);
}

function bothOf(...parts: readonly (Asking | undefined)[]): Asking | undefined {
  const there = parts.filter((part) => part !== undefined);
  return there.length === 0 ? undefined : allOf(there);
}

/** `load-balancer-healthy`: through the public entrance (the environment's `url`, with the path of its health where there is a router; or `http`) somebody answers well. */
const loadBalancerHealthy = askedLine({
  ...worded.loadBalancerHealthy,
  ways: ['with: {http: …}'],
  asking: (policy, given) => {
    const { url, traffic } = policy;
    const own =
      url === undefined
        ? []
        : [`${url.replace(/\/+$/, '')}${traffic?.router === undefined ? '/' : traffic.health.path}`];
    return pagesAt(given.http ?? own);
  },
});

/** `waf-rules-deployed`: a request that the firewall must stop is stopped. Which one says the policy: nothing hostile is sent unasked. */
const wafRulesDeployed = askedLine({
  ...worded.wafRulesDeployed,
  ways: ['with: {blocked: <a URL it must refuse>}'],
  asking: (_policy, given) => (given.blocked === undefined ? undefined : pagesAt(given.blocked, given.status)),
});

/** `cdn-origin-configured`: the name of the CDN, or of the origin, stands for what it should. */
const cdnOriginConfigured = askedLine({
  ...worded.cdnOriginConfigured,
  ways: ['with: {expect: <the CDN’s name or addresses>}', 'with: {http: <a page only the right origin has>}'],
  asking: (policy, { host = hostOf(policy)?.replace(/:\d+$/, ''), expect, http = [] }) =>
    bothOf(
      host === undefined || expect === undefined ? undefined : networkCriterion('dns', { host, expect }),
      pagesAt(http),
    ),
});

/** `dns-points-to-expected`: the host resolves, to what is expected where the line says what. */
const dnsPointsToExpected = askedLine({
  ...worded.dnsPointsToExpected,
  ways: ['environments.<name>.url', 'with: {host: …}'],
  asking: (policy, { host = hostOf(policy)?.replace(/:\d+$/, ''), expect }) =>
    host === undefined ? undefined : networkCriterion('dns', { host, expect }),
});

/** `tls-certificate-valid`: each host shows a certificate that anybody trusts, with more than `above` left. */
const tlsCertificateValid = askedLine({
  ...worded.tlsCertificateValid,
  ways: ['environments.<name>.url', 'with: {host: …}'],
  asking: (policy, { host, above }) => {
    const own = hostOf(policy);
    const hosts = host ?? (own === undefined ? [] : [own]);
    return bothOf(...hosts.map((one) => networkCriterion('tls', { host: one, above })));
  },
});

/** `network-connectivity`: from here every named port accepts a connection. */
const networkConnectivity = askedLine({
  ...worded.networkConnectivity,
  ways: ['with: {tcp: [db.internal:5432]}'],
  asking: (policy, given) => {
    const own = addressOf(policy);
    return portsAt(given.tcp ?? (own === undefined ? [] : [own]));
  },
});

/** `external-dependencies-up`: the services of others that the policy names answer. */
const externalDependenciesUp = askedLine({
  ...worded.externalDependenciesUp,
  ways: ['with: {http: [<their status pages>]}'],
  asking: (_policy, { http = [], tcp = [] }) => bothOf(pagesAt(http), portsAt(tcp)),
});

/** `error-tracking-configured`: the error tracker answers where the service sends to. */
const errorTrackingConfigured = askedLine({
  ...worded.errorTrackingConfigured,
  ways: ['with: {http: <the tracker’s health page>}'],
  asking: (_policy, { http = [] }) => pagesAt(http),
});

/** In the order of the catalogue. */
export const networkLines: readonly Criterion[] = [
  loadBalancerHealthy,
  wafRulesDeployed,
  cdnOriginConfigured,
  dnsPointsToExpected,
  tlsCertificateValid,
  networkConnectivity,
  externalDependenciesUp,
  errorTrackingConfigured,
];
