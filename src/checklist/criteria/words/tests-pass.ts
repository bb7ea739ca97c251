// Words of the criteria in tests-pass.ts: what the policy may say of them.
import { z } from 'zod';
import { once } from '../../../kit/once.ts';
import { artifactFrom, span } from '../../options.ts';

const names = once(() =>
  z.union([
    z
      .string()
      .min(1)
      .transform((one) => [one]),
    z.array(z.string().min(1)).min(1),
  ]),
);

const options = once(() =>
  z.strictObject({
    check: names().default([]).describe('names of checks, or workflow file / name; * and ** allowed'),
    report: names().default([]).describe('JUnit files; they are asked instead of checks'),
    from: artifactFrom().optional(),
    tests: z.string().min(1).optional().describe('only tests whose suite, class or name holds these words'),
    'max-skipped': z.int().min(0).optional().describe('more skipped tests fail'),
    'max-age': span().optional().describe('older results do not count; default: older than the commit'),
  }),
);

interface Kind {
  /** What such checks are usually called. */
  readonly checks: RegExp;
  /** Words of the tests that count in a JUnit report, where the criterion is about some of them. */
  readonly tests?: RegExp;
}

/** Whole suites, which may be a report of their own; then flows, which are some tests among others. */
export const testsPass = [
  suite('unit-tests-pass', 'Unit tests', /\bunit\b|^tests?\b(?!.*(e2e|integ|end.to.end))/i),
  suite('integration-tests-pass', 'Integration tests', /\binteg/i),
  suite('e2e-tests-pass', 'End-to-end tests', /\be2e\b|end.to.end|playwright|cypress|\bui.tests?\b/i),
  suite('production-build-succeeds', 'Production build', /\bbuild\b/i),
  suite('image-built-and-tested', 'Image built and tested', /\b(image|docker|container)\b/i),
  suite('config-validated', 'Configuration validated', /\bconfig/i),
  flow('multi-tenant-isolation-tested', 'Tenant isolation tested', /isolation|tenan/i),
  flow('payment-flow-tested', 'Payment flow tested', /payment|checkout/i),
  flow('ai-fallback-tested', 'AI fallback tested', /\bai\b.*fallback|fallback.*\bai\b|\bai-fallback\b/i),
  flow(
    'ai-not-blocking-core',
    'AI failure leaves the core usable',
    /core.*without.*\bai\b|\bai\b.*(off|down|unavailable)/i,
  ),
  flow('signup-flow-tested', 'Sign-up tested', /sign.?up|registration/i),
  flow('admin-workflow-tested', 'Admin workflow tested', /\badmin/i),
  flow('error-handling-tested', 'Error handling tested', /error.?handling|payment.*(fail|declin)/i),
  flow('fallback-tested', 'Fallback tested', /\bfallback\b/i),
  flow(
    'payment-callback-idempotent',
    'Payment callbacks idempotent',
    /callback.*(idempoten|twice)|idempoten.*callback/i,
  ),
  flow('flag-both-branches-tested', 'Both branches of flags tested', /\bflags?\b/i),
];

function suite(id: string, title: string, checks: RegExp) {
  return worded(id, title, { checks });
}

function flow(id: string, title: string, words: RegExp) {
  return worded(id, title, { checks: words, tests: words });
}

/** The words of one; `kind` is for those who judge. */
function worded(id: string, title: string, kind: Kind) {
  return { id, title, moment: 'review', with: options, kind } as const;
}
