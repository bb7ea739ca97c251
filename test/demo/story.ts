// The story of the demo: five chapters in one town, each held against what it should be.
import type { Pull } from '../world/github/records.ts';
import type { Side } from '../world/service/types.ts';
import type { Done, NewChange, Town } from '../world/town.ts';
import { shareOf, type Teller } from './teller.ts';
import { watchCanary } from './watch.ts';

export type Ended = {
  readonly rows: readonly (readonly string[])[];
  /** Facts for the page, one a line. */
  readonly facts: readonly string[];
};

/** A chapter did not end as told: what was expected, what came, and the end of the log. */
export class StoryBroken extends Error {
  readonly log: readonly string[];

  constructor(message: string, log: readonly string[]) {
    super(message);
    this.log = log;
  }
}

const steps = {
  gate: 'May this deployment begin?',
  migrate: 'Apply the migrations',
  install: 'Install on the idle side',
  before: 'Smoke-test the idle side',
  canary: 'Shift the traffic, stage by stage',
  after: 'Smoke-test what users see',
} as const;

const names: Readonly<Record<string, string>> = {
  [steps.gate]: 'gate',
  [steps.migrate]: 'migrate',
  [steps.install]: 'install',
  [steps.before]: 'smoke, idle side',
  [steps.after]: 'smoke',
  'Go back to the last known good version': 'rollback',
};

/** Tells the story. Throws StoryBroken at the first thing that is not as it should be. */
export async function tellStory(town: Town, teller: Teller): Promise<Ended> {
  const rows: (readonly string[])[] = [['Chapter', 'Verdict', 'Users afterwards', 'Took']];
  const facts: string[] = [];
  const chapter = async (title: string, tell: () => Promise<{ readonly verdict: string; readonly users: string }>) => {
    teller.section(title);
    const began = performance.now();
    const { verdict, users } = await tell();
    rows.push([title, verdict, users, `${((performance.now() - began) / 1000).toFixed(1)} s`]);
    facts.push(`${title}: ${verdict}; ${users}.`);
  };
  const scene = { town, teller };
  let first = '';

  await chapter('A shop that runs already', async () => {
    const { running } = town.service.blue;
    teller.line('blue', `runs ${running?.version ?? ''}, has all the users`);
    teller.line('green', 'runs nothing');
    equal('Deployments recorded', town.deployments().length, 0);
    teller.line('GitHub', 'knows no Deployment: nobody ever recorded how it came there');
    return { verdict: 'nobody recorded it', users: await measure(scene, 'blue') };
  });
  await chapter('A first release', async () => {
    first = await release(scene, firstRelease);
    const done = await carry(scene, first, 'green');
    expectVerdicts(done, { gate: 'open', migrate: 'applied', before: 'pass', canary: 'promote', after: 'pass' });
    return { verdict: 'promoted to 100 %', users: await measure(scene, 'green') };
  });
  await chapter('A second release: the sides swap back', async () => {
    const done = await carry(scene, await release(scene, secondRelease), 'blue');
    expectVerdicts(done, {
      gate: 'open',
      migrate: 'nothing-pending',
      before: 'pass',
      canary: 'promote',
      after: 'pass',
    });
    return { verdict: 'promoted to 100 %', users: await measure(scene, 'blue') };
  });
  await chapter('A third release, that fails every fifth request', async () => {
    const sha = await release(scene, thirdRelease);
    town.traffic.reset();
    const done = await carry(scene, sha, 'green');
    expectVerdicts(done, { gate: 'open', before: 'pass', canary: 'rollback' });
    equal('the run of deploy.yml', done.conclusion, 'failure', done);
    const { answered, byCode } = town.traffic.counts;
    teller.line('users', `saw ${shareOf(byCode['500'] ?? 0, answered)} answers fail during all this`);
    return { verdict: 'rolled back', users: await measure(scene, 'blue') };
  });
  await chapter('Somebody presses the rollback button', async () => {
    await press(scene, {}, 'already-there');
    return { verdict: 'already-there', users: await measure(scene, 'blue') };
  });
  await chapter('Back to the first release, whose side was overwritten', async () => {
    teller.line('green', `ran it once, and runs ${town.service.green.running?.version ?? ''} now`);
    await press(scene, { to: first, reason: 'customers miss the old checkout' }, 'restored');
    await press(scene, { to: first, reason: 'pressed again, to be sure' }, 'already-there');
    return { verdict: 'restored, then already-there', users: await measure(scene, 'green', first) };
  });
  return { rows, facts };
}

type Scene = { readonly town: Town; readonly teller: Teller };

const rollbackPlan = '## Rollback\n\nBy traffic: the old version stays on the other side.\n';

const firstRelease: NewChange = {
  title: 'Let customers leave a note with an order',
  body: `Adds a column for it; the version before does not read it.\n\n${rollbackPlan}`,
  files: {
    'db/migrations/V001__order_note.sql': 'alter table orders add column note text;\n',
    'db/migrations/V001__order_note.down.sql': 'alter table orders drop column note;\n',
    'services/shop/note.ts': 'export const longestNote = 280;\n',
    'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n- Orders can carry a note.\n',
  },
};
const secondRelease: NewChange = {
  title: 'Show the newest teas first',
  body: rollbackPlan,
  files: {
    'services/shop/newest.ts': 'export const newestFirst = true;\n',
    'CHANGELOG.md': '# Changelog\n\n## Unreleased\n\n- Orders can carry a note.\n- The newest teas come first.\n',
  },
};
const thirdRelease: NewChange = {
  title: 'Reckon the discount while paying',
  body: rollbackPlan,
  author: 'linus',
  files: {
    'services/shop/discount.ts': 'export const discount = (price: number) => price / 0;\n',
    'services/shop/behaviour.json': '{ "failEvery": 5, "slowMs": 0 }\n',
    'CHANGELOG.md':
      '# Changelog\n\n## Unreleased\n\n- Orders can carry a note.\n- The newest teas come first.\n- A discount.\n',
  },
};

/** From pull request to main: gate, review, gate again, merge. Gives the commit. */
async function release({ town, teller }: Scene, change: NewChange): Promise<string> {
  const pull = town.pullRequest(change);
  teller.line(`pull request #${pull.number}`, `${change.title} (${pull.author.login})`);
  town.ci(pull.headSha);
  // Once is enough to see what a gate says before anybody has looked.
  if (pull.number === 1) await reviewed({ town, teller }, pull, 'waiting');
  town.approve(pull);
  teller.line('review', 'grace approves');
  await reviewed({ town, teller }, pull, 'open');
  const sha = town.merge(pull);
  town.ci(sha);
  teller.line('merged', `as ${sha.slice(0, 7)}, CI is green`);
  return sha;
}

async function reviewed({ town, teller }: Scene, pull: Pull, wanted: string): Promise<void> {
  const done = await town.reviewGate(pull);
  const gate = done.steps.find(({ name, stage }) => name.includes('pre-deploy-gate') && stage === 'main');
  equal('the gate at review', gate?.outputs.verdict, wanted, done);
  teller.line('gate', `${wanted} (${gate?.outputs.reason ?? ''})`);
}

/** Runs deploy.yml on the commit and tells each step as it ends. */
async function carry({ town, teller }: Scene, sha: string, fresh: Side): Promise<Done> {
  let stopWatching: (() => void) | undefined;
  const done = await town
    .deploy(sha, {
      onStep: (progress) => {
        if (progress.kind === 'begins') {
          if (progress.step === steps.canary) stopWatching = watchCanary(teller, town, fresh);
          return;
        }
        const { result, step } = progress;
        if (step === steps.canary && result.stage === 'main') {
          stopWatching?.();
          stopWatching = undefined;
          teller.line('canary', `${result.outputs.verdict ?? result.outcome} (${result.outputs.reason ?? ''})`);
        }
        const name = names[step];
        if (name === undefined || result.stage !== 'main' || result.outcome === 'skipped') return;
        const { verdict = result.outcome } = result.outputs;
        teller.line(
          name,
          `${verdict}, ${(result.durationMs / 1000).toFixed(1)} s${step === steps.install ? `, on ${fresh}` : ''}`,
        );
      },
    })
    .finally(() => stopWatching?.());
  return done;
}

/** A person runs rollback.yml. */
async function press({ town, teller }: Scene, inputs: Readonly<Record<string, string>>, wanted: string): Promise<void> {
  const given = Object.entries(inputs).map(([name, value]) => ` -f ${name}=${/\s/.test(value) ? `'${value}'` : value}`);
  teller.line('grace runs', `gh workflow run rollback.yml${given.join('')}`);
  const done = await town.rollback(inputs, { by: 'grace' });
  const step = done.steps.find(({ name, stage }) => name.includes('actions/rollback') && stage === 'main');
  equal('rollback', step?.outputs.verdict, wanted, done);
  teller.line(
    'rollback',
    `${wanted}, ${((step?.durationMs ?? 0) / 1000).toFixed(1)} s (${step?.outputs.reason ?? ''})`,
  );
}

/** Counts real answers of the shop: all must come from this side, in the version that should be there, without an error. */
async function measure({ town, teller }: Scene, side: Side, sha?: string): Promise<string> {
  const version = town.service.side(side).running?.version ?? 'nothing';
  if (sha !== undefined) equal(`what runs on ${side}`, version, sha.slice(0, 7));
  equal('the router', JSON.stringify(town.router.weights), JSON.stringify(weightsOf(side)));
  // What was under way at the switch still comes from the other side.
  await town.traffic.answered(30);
  town.traffic.reset();
  const counts = await town.traffic.answered(200);
  const right = counts.byVersion[version] ?? 0;
  equal(`answers by ${version}`, right, counts.answered);
  equal('requests without an answer', counts.broken, 0);
  equal('answers without an error', counts.byCode['200'] ?? 0, counts.answered);
  const told = `${right} of ${counts.answered} answers from ${version} on ${side}`;
  teller.good(`measured: ${told}, none failed`);
  return told;
}

function weightsOf(side: Side) {
  return side === 'blue' ? { blue: 100, green: 0 } : { blue: 0, green: 100 };
}

function expectVerdicts(done: Done, wanted: Readonly<Partial<Record<keyof typeof steps, string>>>): void {
  for (const [key, verdict] of Object.entries(wanted)) {
    equal(
      names[steps[key as keyof typeof steps]] ?? key,
      done.step(steps[key as keyof typeof steps])?.outputs.verdict,
      verdict,
      done,
    );
  }
}

function equal(what: string, got: string | number | undefined, wanted: string | number, done?: Done): void {
  if (got === wanted) return;
  const last =
    done?.steps.findLast(({ outcome }) => outcome === 'failure') ?? done?.steps.findLast(({ log }) => log.length > 0);
  const tail = last === undefined ? [] : [`Step “${last.name}”:`, ...last.log.slice(-40)];
  throw new StoryBroken(`${what}: expected ${wanted}, got ${got ?? 'nothing'}`, tail);
}
