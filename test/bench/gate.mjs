// One gate of 40 criteria against the fake GitHub at 50 ms a call: its calls, its rounds and its time, beside the least for the same evidence.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const latencyMs = 50;
const target = join('build', 'bench');
const aim = { calls: 60, ratio: 1.5 };

/** What a gate that keeps this evidence cannot do without: calls by part, and the longest chain in which one needs the answer of another. What
 * GraphQL tells in one query counts as one call; check runs, statuses, permissions and comments it does not tell as fully as REST. */
const least = {
  decides: {
    calls: [
      [
        'default branch, its head and the policy there in one query: read before all else, for a faulty one stops the gate',
        1,
      ],
      ['the judged commit and the Deployments of both environments in one query, the comparison with what runs', 2],
      ['the pull requests of three commits with their heads and reviews, in one query', 1],
      ['check runs, statuses and workflow runs of the commit and of the head it came from', 6],
      ['eight files in one query, and whether five reviewers may write', 6],
      ['the Deployment: look, create, look whether it is the first, say that it begins', 4],
    ],
    // policy, Deployments, comparison, pull requests with reviews, permissions, the Deployment 4
    rounds: 9,
  },
  reports: {
    calls: [
      ['the record: look whether it is there, write it', 2],
      ['environments and the newest pull request, Deployments, records of two commits, three lists of comments', 7],
      ['three comments', 3],
      ['the same look again, so that whoever writes last has seen everything', 7],
    ],
    // the record 2, environments, Deployments, records, report; the links to it beside a last look at environments, Deployments, records
    rounds: 9,
  },
};

const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
rmSync(target, { recursive: true, force: true });
spawnSync(process.execPath, [tsc, '-p', join('test', 'demo', 'tsconfig.json'), '--outDir', target]);
const entry = join(target, 'test', 'world', 'town.js');
if (!existsSync(entry)) throw new Error('The town could not be compiled: run npm ci.');
const { startTown } = await import(pathToFileURL(resolve(entry)).href);

const builtIn = ['ci-all-green', '{id: code-review-approved, with: {count: 1}}', 'migration-lint-backward-compatible'];
const more = ['changelog-updated', '{id: rollback-plan-documented, level: warn}', '{id: staging-first, level: warn}'];
const files = Array.from({ length: 8 }, (_, n) => `{id: page-${n}, file: {path: docs/page-${n}.md}}`);
const signed = Array.from({ length: 10 }, (_, n) => `{id: sign-${n}, sign-off: maintainer}`);
const changes = Array.from({ length: 16 }, (_, n) => `{id: change-${n}, changed: {paths: [services/**], count: 1}}`);
const lines = [...builtIn, ...more, ...files, ...signed, ...changes];
const policy = `version: 1
unit: shop
roles: {maintainer: [ada, grace]}
environments: {staging: {}, production: {needs: staging}}
tiers: {default: medium, apply: {zero: {plan: direct}, low: {plan: direct}, medium: {plan: direct}, high: {plan: direct}}}
checklist:
${lines.map((line) => `  - ${line}\n`).join('')}
plans: {direct: {stages: [{id: full, weight: 100 %, bake: 2s}]}}
`;
const pages = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`docs/page-${n}.md`, `# Page ${n}\n`]));

const town = await startTown({
  policy,
  files: pages,
  actions: process.env.BORING_ACTIONS || 'actions',
  database: false,
  users: 0,
});
try {
  const { repo, github } = town;
  for (const login of ['rosa', 'sven', 'timo']) repo.collaborator(login, 'write');
  const before = town.job({ sha: repo.head() });
  repo.deployment({ sha: repo.head(), environment: 'staging' });
  town.ci(repo.head());
  const words = Array.from({ length: 10 }, (_, n) => `/signoff sign-${n}`).join('\n');

  const land = (number, withChecks) => {
    const changed = Object.fromEntries(
      Array.from({ length: 99 }, (_, n) => [`services/shop/part-${number}-${n}.ts`, `export const n = ${number};\n`]),
    );
    const pull = town.pullRequest({
      title: `Change ${number}`,
      body: '## Rollback\nBack to the version before.',
      files: { ...changed, 'CHANGELOG.md': `# Changelog\n- ${number}\n` },
    });
    town.ci(pull.headSha);
    for (const by of ['linus', 'rosa', 'sven', 'timo', 'grace', 'linus']) town.approve(pull, by, words);
    if (number === 1 || number === 2) town.approve(pull, 'grace', words);
    const sha = town.merge(pull);
    const jobs = Array.from({ length: withChecks }, (_, n) => ({ name: `test ${n}`, conclusion: 'success' }));
    repo.workflowRun({ path: '.github/workflows/ci.yml', headSha: sha, event: 'push', conclusion: 'success', jobs });
    return sha;
  };

  // Something of ours runs already: else there would be no range.
  const first = land(0, 1);
  await before.finish();
  const bringing = town.job({ sha: first });
  const begun = await bringing.uses('pre-deploy-gate', { with: { comment: 'false' } });
  await bringing.uses('pre-deploy-gate', { with: { comment: 'false', mode: 'finish' } });
  await bringing.finish();
  if (begun.outputs.verdict !== 'open') throw new Error(`The first gate did not open: ${begun.outputs.error ?? ''}`);

  land(1, 1);
  land(2, 1);
  const sha = land(3, 60);
  const job = town.job({ sha });
  github.faults.add({ match: /./, times: Number.POSITIVE_INFINITY, latencyMs });
  const from = github.log.length;
  const started = performance.now();
  const step = await job.uses('pre-deploy-gate', {});
  const wallMs = performance.now() - started;
  github.faults.clear();
  const asked = github.log.slice(from);
  await job.finish();
  if (step.outputs.verdict !== 'open') throw new Error(`The gate did not open:\n${step.summary}`);

  // Only the calls of this step wait that long: when one was answered, less the latency, is when it began at the latest.
  const seen = asked.map((line) => ({ ...line, end: Date.parse(line.at) })).sort((a, b) => a.end - b.end);
  const rounds = [];
  for (const line of seen) {
    const earlier = seen.filter(({ end }) => end <= line.end - latencyMs + 1).length;
    rounds.push(1 + Math.max(0, ...rounds.slice(0, earlier)));
  }
  const last = seen.findLastIndex(({ path }) => /\/deployments\/\d+\/statuses$/.test(path)) + 1;
  const decided = Math.max(...rounds.slice(0, last));
  const row = (name, calls, depth, { calls: parts, rounds: fewest }) => {
    const few = parts.reduce((sum, [, count]) => sum + count, 0);
    const against = (is, of) => `${is} | ${of} | ${(is / of).toFixed(2)}`;
    console.log(`| ${name} | ${against(calls, few)} | ${against(depth, fewest)} |`);
  };
  const { decides, reports } = least;
  const all = { calls: [...decides.calls, ...reports.calls], rounds: decides.rounds + reports.rounds };
  const deepest = Math.max(...rounds);
  console.log(
    `${lines.length} criteria, three pull requests with 298 files, 60 checks, 20 reviews; ${latencyMs} ms a call`,
  );
  console.log('| the gate | calls | least | ratio | rounds | least | ratio |\n|---|---|---|---|---|---|---|');
  row('decides', last, decided, decides);
  row('reports', seen.length - last, deepest - decided, reports);
  row('together', seen.length, deepest, all);
  console.log(`aim: at most ${aim.calls} calls, at most ${aim.ratio} x the least`);
  const share = Math.round((100 * deepest * latencyMs) / wallMs);
  const floor = all.rounds * latencyMs;
  console.log(`wall ${Math.round(wallMs)} ms, ${share} % of it rounds; the least rounds take ${floor} ms`);
  const shown = process.argv.includes('--calls') ? seen : [];
  for (const [n, line] of shown.entries()) console.log(rounds[n], line.method, line.path, line.status);
} finally {
  await town.stop();
}
