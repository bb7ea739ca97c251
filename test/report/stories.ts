// The stories that the pages tell in tests: a gate that waits, a canary that turned back, eight legs, a refused rollback.
import type { DeploymentFact } from '../../src/evidence/fact.ts';
import type { Evidence, EvidenceMoment } from '../../src/record/evidence.ts';
import type { ReportSource } from '../../src/report/source.ts';
import {
  aDeployment,
  begun,
  forwardPayload,
  minute,
  noon,
  rollbackPayload,
  shaOf,
  stage,
  succeeded,
} from '../record/deployments.ts';
import { anEvidence, aRecord, aRow } from '../record/evidences.ts';

const repository = 'https://github.com/octo-org/shop';

export function aSource(
  evidences: readonly Evidence[],
  deployments: readonly DeploymentFact[] = [],
  change: Partial<ReportSource> = {},
): ReportSource {
  return {
    pull: 482,
    repository: { owner: 'octo-org', name: 'shop' },
    serverUrl: 'https://github.com',
    records: evidences.map((evidence, index) => aRecord(evidence, { id: index + 1 })),
    deployments,
    now: noon + 180 * minute,
    ...change,
  };
}

const met = [
  aRow({
    title: 'CI green',
    evidence: [{ text: '31 checks', href: `${repository}/commit/3f9c2ab/checks` }, ', newest 14:02'],
  }),
  aRow({ title: 'Reviewed', evidence: 'alice, bob on 3f9c2ab' }),
  aRow({
    title: 'Same tree ran in staging',
    evidence: [{ text: 'deployment 9012', href: `${repository}/deployments/9012` }, ', smoke 14/14, 2 h ago'],
  }),
  aRow({
    title: 'Rollback drilled',
    evidence: [{ text: '4 days ago', href: `${repository}/actions/runs/77` }, ': 41 s'],
  }),
  ...Array.from({ length: 15 }, (_, index) =>
    aRow({ id: `met-${index}`, title: `Criterion ${index + 5}`, evidence: 'met' }),
  ),
  aRow({ outcome: 'not-applicable', title: 'API docs', evidence: 'no API file changed' }),
  aRow({ outcome: 'not-applicable', title: 'Translations', evidence: 'no text changed' }),
  aRow({
    outcome: 'waived',
    title: 'Load test',
    who: 'carol (SRE)',
    evidence: 'until 30 Nov',
    todo: 'same load as last week',
  }),
];

/** REPORT, "While the gate waits". */
export const waitingGate: Evidence = anEvidence({
  moment: 'review',
  verdict: 'closed',
  reason: 'coverage-minimum',
  at: noon + 125 * minute,
  title: 'Coverage fails, two people have to sign, one fact is missing',
  facts: [
    [{ code: 'v1.8.0' }],
    ['commit ', { text: '3f9c2ab', href: `${repository}/commit/${shaOf('b')}` }],
    ['risk ', { strong: 'high' }, ' (touches payment)'],
    ['plan ', { strong: 'canary-extended' }],
    [
      'policy ',
      { text: 'standard-sop @ 9d41c07', href: `${repository}/blob/${shaOf('9')}/.github/deploy-policy.yml` },
      ' from ',
      { code: 'main' },
    ],
  ],
  rows: [
    aRow({
      outcome: 'unknown',
      title: 'Dependabot alerts',
      todo: [
        'the token lacks ',
        { code: 'vulnerability-alerts: read' },
        ': ',
        { text: 'add one line', href: `${repository}/edit/main/.github/workflows/deploy.yml` },
      ],
    }),
    ...met,
    aRow({
      outcome: 'waiting',
      title: 'Rollback plan read',
      who: 'tech lead',
      todo: ['submit a review with the line ', { code: '/signoff rollback-plan' }],
    }),
    aRow({
      outcome: 'waiting',
      title: 'On-call told by T-24h',
      who: 'SRE',
      todo: ['submit a review with the line ', { code: '/signoff on-call' }, '; the window opens Tue 10:00'],
    }),
    aRow({
      outcome: 'fail',
      title: 'Coverage 79.4 %, needs 80 %',
      who: 'author',
      todo: [
        { code: 'src/pay/refund.ts' },
        ' has 41 %: ',
        { text: '12 lines uncovered', href: `${repository}/pull/482/files` },
      ],
    }),
    aRow({ outcome: 'asked-at-deploy', title: 'Deploy window' }),
  ],
  wayBack: [
    { code: 'v1.7.4' },
    ' on blue, 40 s (drilled 4 days ago), warm until 24 h after full; flag ',
    { code: 'new-checkout' },
    ', 10 s.',
  ],
  migration: [
    { code: 'V042__refunds.sql' },
    ' is expand: old code keeps working. Rehearsed on PostgreSQL 16: 1.2 s, longest lock 12 ms (',
    { code: 'orders' },
    ').',
  ],
});

function moment(
  name: string,
  from: number,
  to: number,
  verdict: string,
  figures: EvidenceMoment['figures'],
): EvidenceMoment {
  return { stage: name, from: noon + from * minute, to: noon + to * minute, verdict, figures };
}

const forward = forwardPayload({ tier: 'high', plan: 'canary-extended' });
const opened = anEvidence({
  deploymentId: 2,
  at: noon + 125 * minute,
  title: 'all 26 criteria met',
  moments: [moment('gate', 125, 125, 'open', '26 of 26, approved by alice (tech lead), carol (SRE)')],
  wayBack: [{ code: 'v1.7.4' }, ' on blue, 40 s.'],
});
const migrated = anEvidence({
  action: 'migrate',
  verdict: 'applied',
  deploymentId: 2,
  at: noon + 126 * minute,
  moments: [moment('migrate', 126, 126, 'applied', 'V042 · 1.3 s · 18 204 rows · longest lock 11 ms')],
});
const turnedBackCanary = anEvidence({
  action: 'canary-step',
  verdict: 'rollback',
  reason: 'worse-than-baseline',
  deploymentId: 2,
  at: noon + 133 * minute,
  title: 'canary 25 % was worse',
  moments: [
    moment(
      'canary 10 %',
      127,
      132,
      'promote',
      'errors 0.11 % / 0.12 %, at most +0.4 pp (margin 1 pp) · p95 212 / 208 ms',
    ),
    moment('canary 25 %', 132, 133, 'rollback', [
      'errors ',
      { strong: '4.1 %' },
      ' / 0.12 % · 1 204 / 3 611 requests · rule worse-than-baseline',
    ]),
  ],
  details: [
    {
      heading: 'Errors, canary and stable, 14:07–14:13',
      lines: [['query ', { code: 'sum(increase(http_requests_total{code=~"5.."}[1m]))' }]],
      table: [
        ['Time', 'Canary', 'Stable'],
        ['14:12', '0.2 %', '0.12 %'],
        ['14:13', '4.1 %', '0.12 %'],
      ],
    },
  ],
});
const restored = anEvidence({
  action: 'rollback',
  verdict: 'restored',
  reason: 'restored',
  deploymentId: 3,
  run: { id: 101, attempt: 1, job: 'rollback', url: `${repository}/actions/runs/101` },
  at: noon + 133 * minute + 38_000,
  title: 'to `v1.7.4` in 38 s',
  sentence: [
    'The canary at 25 % failed ',
    { strong: '4.1 %' },
    ' of its requests, stable ',
    { strong: '0.12 %' },
    ' (same minutes): evidence 3 400 : 1 that it is worse. Traffic is 100 % on ',
    { code: 'v1.7.4' },
    ', checked by 200 samples. ',
    { text: 'Incident #491', href: `${repository}/issues/491` },
    ', post-mortem due Thu 14:30.',
  ],
  moments: [moment('rollback', 133, 133, 'restored', 'decide 0.2 s · switch 0.4 s · verify 31 s · record 6 s')],
});

const beganAt = { createdAt: noon + 124 * minute };

/** REPORT, "While it rolls out, and when it turned back". */
export const rolledBack: ReportSource = aSource(
  [waitingGate, opened, migrated, turnedBackCanary, restored],
  [
    aDeployment(
      2,
      forward,
      [
        { entry: begun, written: noon + 125 * minute },
        { entry: stage('quarter', 25, 'rollback'), written: noon + 133 * minute },
        {
          state: 'failure',
          entry: { kind: 'rolled-back', to: 'v1.7.4', deploymentId: 3 },
          written: noon + 133.5 * minute,
        },
      ],
      beganAt,
    ),
    aDeployment(
      3,
      rollbackPayload({ from: { deploymentId: 2, sha: forward.sha, version: 'v1.8.0' } }),
      [
        {
          state: 'success',
          entry: { kind: 'rollback', phase: 'verified', detail: '' },
          written: noon + 133.6 * minute,
        },
      ],
      { createdAt: noon + 133 * minute },
    ),
  ],
);

export const legNames = ['ap', 'br', 'ca', 'de', 'eu', 'in', 'jp', 'us'] as const;

/** Eight legs that report at once; one of them holds. */
export const eightLegs: ReportSource = aSource(
  [
    opened,
    ...legNames.map((leg, index) =>
      anEvidence({
        action: 'canary-step',
        leg,
        deploymentId: 2,
        at: noon + 140 * minute + index,
        verdict: leg === 'de' ? 'hold' : 'promote',
        reason: leg === 'de' ? 'inconclusive' : 'promote',
        title: leg === 'de' ? 'needs 210 more requests' : 'at 10 %',
        rows: [
          aRow({
            title: 'Error rate',
            outcome: leg === 'de' ? 'unknown' : 'pass',
            evidence: '0.1 %, limit 1 %',
            todo: leg === 'de' ? 'wait for 210 more requests' : '',
          }),
        ],
        moments: [moment('canary 10 %', 130, 140, leg === 'de' ? 'hold' : 'promote', 'errors 0.11 % / 0.12 %')],
      }),
    ),
  ],
  [
    aDeployment(
      2,
      { ...forward, legs: legNames },
      legNames.map((leg) => ({ entry: stage('ten', 10, 'promote'), leg, written: noon + 140 * minute })),
      beganAt,
    ),
  ],
);

/** REPORT, "When a rollback is refused". */
export const refusedRollback: ReportSource = aSource(
  [
    opened,
    anEvidence({
      action: 'rollback',
      verdict: 'refused',
      reason: 'contract-migration',
      deploymentId: 3,
      at: noon + 170 * minute,
      title: '`v1.8.4` cannot run on today’s schema',
      sentence: [
        { code: 'V044' },
        ' dropped ',
        { code: 'orders.legacy_id' },
        ' at 01:02 (#492, bob); ',
        { code: 'v1.8.4' },
        ' reads it. Users are on ',
        { code: 'v1.9.1' },
        ', errors 4.1 %.',
      ],
      details: [
        {
          heading: '',
          open: true,
          lines: [],
          table: [
            ['', 'Do now', 'Takes', 'Loses', 'How'],
            [
              '1',
              ['Turn the flag ', { code: 'new-checkout' }, ' off'],
              '10 s',
              'nothing',
              [{ code: 'gh workflow run rollback.yml -f how=flag' }],
            ],
            [
              '2',
              ['Go back to ', { code: 'v1.9.0' }],
              '40 s',
              'nothing; same code path since #487',
              [{ code: 'gh workflow run rollback.yml -f to=…' }],
            ],
            [
              '5',
              'Go back anyway',
              '40 s',
              'every order page fails',
              [{ code: '-f override=contract-migration -f override-reason=…' }],
            ],
          ],
        },
      ],
    }),
  ],
  [
    aDeployment(
      2,
      forward,
      succeeded.map((one, index) => ({ ...one, written: noon + (126 + index) * minute })),
      beganAt,
    ),
  ],
);

/** Everything that people put into titles, branches and logs to break out of a report. */
export const hostileWords = [
  '</details></details><h1>owned</h1>',
  '@octo-org/everyone and @alice',
  '<!-- boring-deploys v1 octo-org/shop#1 -->',
  '```\nfence\n```',
  '::error file=x::owned',
  '![beacon](https://evil.example/x.png)',
  '[click me](javascript:alert(1))',
  'https://evil.example/phish www.evil.example mail@evil.example',
  'closes #1, GH-2, octo-org/shop#3',
  'a | b || c',
  '`code` and `unpaired',
  '$\\sqrt{x}$ **bold** __bold__ ~~gone~~',
  '- item',
  '1. item',
  '# heading',
  '\u202Edesrever\u202C \u0007 bell',
] as const;

/** Hostile words in every place that takes text. */
export const hostile: ReportSource = aSource([
  anEvidence({
    action: 'smoke-test',
    verdict: 'fail',
    reason: 'fail',
    leg: '</details>@eu',
    environment: 'pro|duction <b>',
    unit: '`shop`',
    version: '<script>',
    title: hostileWords.join(' '),
    sentence: [...hostileWords],
    facts: hostileWords,
    rows: hostileWords.flatMap((words, index) => [
      aRow({
        id: `fail-${index}`,
        outcome: 'fail',
        title: words,
        who: words,
        todo: [{ code: words }],
        evidence: [{ text: words, href: words }],
      }),
      aRow({
        id: `pass-${index}`,
        title: words,
        evidence: [{ strong: words }, { text: words, href: 'https://evil.example/' }],
      }),
    ]),
    wayBack: hostileWords.join('\n'),
    migration: [
      { text: 'run', href: 'https://github.com@evil.example/' },
      ' ',
      { text: 'ok', href: 'https://github.com/a(b)|c' },
    ],
    details: [
      {
        heading: hostileWords.join(' '),
        lines: hostileWords,
        table: hostileWords.map((words) => [words, [{ code: words }]]),
      },
    ],
  }),
]);
