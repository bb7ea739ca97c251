// Words of the criteria in network-lines.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { span, wordOptions } from '../../options.ts';

const words = once(() => z.string().min(1));

const oneOrMore = once(() => z.union([words().transform((only) => [only]), z.array(words()).min(1)]));

/** A certificate should be renewed before its last fortnight (ours; the presets that say a time win). */
const usualLeftMs = 14 * 24 * 3_600_000;

/** What firewalls answer to what they block: forbidden, not acceptable, too many (ours). */
const blockedStatus = [403, 406, 429];

export const loadBalancerHealthy = {
  id: 'load-balancer-healthy',
  title: 'Load balancer healthy',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      http: oneOrMore().optional().describe('pages behind it; default: the environment’s url'),
    }),
  ),
} as const;

export const wafRulesDeployed = {
  id: 'waf-rules-deployed',
  title: 'Firewall rules in force',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      blocked: oneOrMore().optional().describe('URLs that must be refused'),
      status: z.array(z.int().min(100).max(599)).min(1).default(blockedStatus).describe('what a refused one answers'),
    }),
  ),
} as const;

export const cdnOriginConfigured = {
  id: 'cdn-origin-configured',
  title: 'CDN points at its origin',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      host: words().optional(),
      expect: oneOrMore().optional(),
      http: oneOrMore().optional(),
    }),
  ),
} as const;

export const dnsPointsToExpected = {
  id: 'dns-points-to-expected',
  title: 'DNS as intended',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      host: words().optional().describe('default: the host of the environment’s url'),
      expect: oneOrMore().optional(),
    }),
  ),
} as const;

export const tlsCertificateValid = {
  id: 'tls-certificate-valid',
  title: 'Certificate valid',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      host: oneOrMore().optional().describe('default: the host of the environment’s url'),
      above: span().default(usualLeftMs).describe('time it must have left; default 14d'),
    }),
  ),
} as const;

export const networkConnectivity = {
  id: 'network-connectivity',
  title: 'Connections work',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      tcp: oneOrMore().optional().describe('host:port each; default: that of the environment’s url'),
    }),
  ),
} as const;

export const externalDependenciesUp = {
  id: 'external-dependencies-up',
  title: 'Services of others up',
  moment: 'deploy',
  with: once(() => z.strictObject({ ...wordOptions(), http: oneOrMore().optional(), tcp: oneOrMore().optional() })),
} as const;

export const errorTrackingConfigured = {
  id: 'error-tracking-configured',
  title: 'Errors tracked',
  moment: 'deploy',
  with: once(() =>
    z.strictObject({
      ...wordOptions(),
      http: oneOrMore().optional().describe('where the tracker answers, e.g. its health page'),
    }),
  ),
} as const;

/** In the order of the catalogue. */
export const networkLines = [
  loadBalancerHealthy,
  wafRulesDeployed,
  cdnOriginConfigured,
  dnsPointsToExpected,
  tlsCertificateValid,
  networkConnectivity,
  externalDependenciesUp,
  errorTrackingConfigured,
] as const;
