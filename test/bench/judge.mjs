// Judges side by side on the same simulated traffic, fixed seeds: false rollbacks, detection beside the information bound, promotions of what is worse,
// late and common-mode incidents, and what judging costs. A compact table of aims in about two minutes; BORING_LONG=1: every cell, ten times as many runs.
import { compiled } from '../../.github/scripts/compiled.mjs';
import { bakeOf, limitOf, pastOf } from '../simulate/bakes.mjs';
import { argo, flagger, kayenta } from '../simulate/peers.mjs';
import { traffic } from '../simulate/traffic.mjs';

const times = process.env.BORING_LONG === '1' ? 10 : 1;
const { Trial } = await compiled('src/canary/trial.ts');
const { divergence } = await compiled('src/policy/decidable.ts');
const { wilson } = await compiled('src/canary/interval.ts');
const { parseCondition } = await compiled('src/policy/condition.ts');

const major = [limitOf(parseCondition, { breach: '> 5 %', forS: 120 })];
const gravest = [...major, limitOf(parseCondition, { breach: '> 10 %', forS: 30, severity: 'P0' })];
const peers = { 'Argo, 1 %, fl 3': argo, 'Flagger, 99 %, 5': flagger, 'Kayenta, Mann-Whitney': kayenta };

/** Runs of one scenario: ours, and the peers on the same logs. */
function runs(many, scenario, setting, withPeers = true) {
  const judges = { ours: (log) => bakeOf({ Trial }, log, setting), ...(withPeers ? peers : {}) };
  const told = Object.fromEntries(
    Object.keys(judges).map((name) => [name, { rollback: 0, promote: 0, hold: 0, at: [] }]),
  );
  for (let run = 0; run < many; run += 1) {
    const log = traffic({ ...scenario, seed: run * 7919 + seedOf(scenario) });
    for (const [name, judge] of Object.entries(judges)) {
      const { kind, seconds } = judge(log);
      told[name][kind] += 1;
      if (kind === 'rollback') told[name].at.push(seconds);
    }
  }
  return told;
}

function seedOf({ kind = 'iid', rps, base, seconds }) {
  const rate = typeof base === 'number' ? base : base(0);
  return kind.length * 104_729 + rps * 31 + Math.round(rate * 1e6) + seconds;
}

const percent = (count, many) => Number(((100 * count) / many).toFixed(2));
/** `0.25 [0.04-1.4]`: a share with its 95 % interval, percent. */
function share(count, many) {
  const { lower, upper } = wilson({ bad: count, total: many }, 1.96);
  return `${percent(count, many)} [${Number((100 * lower).toFixed(1))}-${Number((100 * upper).toFixed(1))}]`;
}
const median = (list, many) => [...list].sort((a, b) => a - b)[Math.ceil(many / 2) - 1] ?? Number.NaN;
const title = (text) => console.log(`\n### ${text}`);
const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
function table(head) {
  row(...head);
  row(...head.map(() => '---'));
}

function falseRollbacks() {
  const names = Object.keys(peers);
  for (const [minutes, many] of [
    [5, 300 * times],
    [60, 40 * times],
  ]) {
    title(
      `false rollbacks of an identical canary, %, ${minutes} min, ${many} runs a cell; promoted by ours in the last column`,
    );
    console.log(
      'aims: independent at most 0.5 (2.5 at 1 request/s and base 3 %), bursts at most 2, sessions at most 8.5',
    );
    table(['requests', 'base', 'requests/s', 'ours [95 %]', ...names, 'promoted']);
    for (const kind of ['iid', 'burst', 'session']) {
      const worst = { rollback: -1, cell: '' };
      for (const base of [0.001, 0.01, 0.03]) {
        for (const rps of [1, 10, 100, 1000]) {
          const told = runs(many, { kind, rps, base, seconds: minutes * 60 }, { bakeS: minutes * 60, limits: major });
          if (told.ours.rollback > worst.rollback)
            Object.assign(worst, { rollback: told.ours.rollback, cell: `${100 * base} % @${rps}` });
          const others = names.map((name) => percent(told[name].rollback, many));
          row(
            kind,
            `${100 * base} %`,
            rps,
            share(told.ours.rollback, many),
            ...others,
            percent(told.ours.promote, many),
          );
        }
      }
      console.log(`worst ${kind} cell of ours: ${percent(worst.rollback, many)} (${worst.cell})`);
    }
  }
}

/** Seconds that two samples need for odds of 100 : 1, a tenth of the requests on the canary (reference canary 6.4). */
function boundOf(base, worse, rps) {
  const own = 0.1;
  const common = own * (base + worse) + (1 - own) * base;
  return Math.log(100) / (rps * (own * divergence(base + worse, common) + (1 - own) * divergence(base, common)));
}

function detection() {
  const many = 200 * times;
  title(`a worse canary: rolled back %, and the median seconds after the warm-up of 30 s; 5 min, ${many} runs`);
  console.log(
    'bound: two-sample information bound at 1 %; ratio: our median by the bound or two polls, whichever is longer (aim at most 1.7)',
  );
  console.log(
    'aim: +4 pp @100, base at most 1 %: 100 %, median at most 30 s. Peers count from their first full minute, in seconds after the shift',
  );
  table([
    'base',
    'worse',
    'requests/s',
    'ours %',
    'median s',
    'bound s',
    'ratio',
    ...Object.keys(peers).map((name) => `${name}: % (median s)`),
  ]);
  for (const [base, worse, rps] of [
    [0.001, 0.005, 100],
    [0.001, 0.01, 100],
    [0.001, 0.01, 1000],
    [0.001, 0.04, 10],
    [0.001, 0.04, 100],
    [0.005, 0.04, 100],
    [0.01, 0.01, 100],
    [0.01, 0.01, 1000],
    [0.01, 0.04, 10],
    [0.01, 0.04, 100],
    [0.01, 0.04, 1000],
    [0.01, 0.1, 10],
    [0.03, 0.04, 100],
    [0.03, 0.1, 100],
  ]) {
    const told = runs(many, { rps, base, seconds: 300, worse: () => worse }, { bakeS: 300 });
    const bound = boundOf(base, worse, rps);
    const ours = median(told.ours.at, many) - 30;
    const others = Object.keys(peers).map(
      (name) => `${percent(told[name].rollback, many)} (${median(told[name].at, many)})`,
    );
    row(
      `${100 * base} %`,
      `+${100 * worse} pp`,
      rps,
      percent(told.ours.rollback, many),
      ours,
      bound.toFixed(1),
      (ours / Math.max(bound, 20)).toFixed(2),
      ...others,
    );
  }
}

function promotions() {
  const many = 300 * times;
  title(
    `a worse canary promoted, %, ${many} runs; aims: at most 5 at the margin of 1 pp, at most 0.1 at 4 pp, never when dead or silent`,
  );
  table(['case', 'requests', 'base', 'requests/s', 'ours [95 %]', ...Object.keys(peers)]);
  const line = (name, scenario, setting) => {
    const told = runs(many, scenario, setting);
    const others = Object.keys(peers).map((peer) => percent(told[peer].promote, many));
    row(
      name,
      scenario.kind ?? 'iid',
      `${100 * scenario.base} %`,
      scenario.rps,
      share(told.ours.promote, many),
      ...others,
    );
  };
  for (const [kind, base, rps] of [
    ['iid', 0.001, 100],
    ['iid', 0.01, 100],
    ['iid', 0.03, 1000],
    ['burst', 0.001, 100],
    ['burst', 0.01, 1000],
    ['session', 0.01, 1000],
  ]) {
    line('+1 pp', { kind, rps, base, seconds: 300, worse: () => 0.01 }, { bakeS: 300 });
    line('+4 pp', { kind, rps, base, seconds: 300, worse: () => 0.04 }, { bakeS: 300 });
  }
  line(
    '+1 pp, looks to 20 min',
    { rps: 100, base: 0.01, seconds: 1200, worse: () => 0.01 },
    { bakeS: 300, maxBakeS: 1200 },
  );
  for (const rps of [10, 100]) {
    line('dead for the last 100 s', { rps, base: 0.001, seconds: 300, alive: (t) => t <= 200 }, { bakeS: 300 });
    line('silent from the start', { rps, base: 0.001, seconds: 300, alive: () => false }, { bakeS: 300 });
  }
}

function incidents() {
  const many = 100 * times;
  title(`incidents, %, ${many} runs (a 4-hour bake: ${Math.ceil(many / 3)})`);
  table(['case', 'requests/s', 'ours rolled back [95 %]', 'ours promoted', ...Object.keys(peers)]);
  const line = (name, runsOf, scenario, setting) => {
    const told = runs(runsOf, scenario, setting);
    const others = Object.keys(peers).map((peer) => percent(told[peer].rollback, runsOf));
    row(name, scenario.rps, share(told.ours.rollback, runsOf), percent(told.ours.promote, runsOf), ...others);
  };
  const hours = 4 * 3600;
  const late = Math.ceil(many / 3);
  line(
    '+1 pp in the last tenth of 4 h (aim at least 95)',
    late,
    { rps: 100, base: 0.001, seconds: hours, worse: (t) => (t > 0.9 * hours ? 0.01 : 0) },
    { bakeS: hours, limits: major },
  );
  line(
    '+4 pp in the last tenth of 4 h (aim at least 95)',
    late,
    { rps: 100, base: 0.01, seconds: hours, worse: (t) => (t > 0.9 * hours ? 0.04 : 0) },
    { bakeS: hours, limits: major },
  );
  for (const rps of [100, 1000]) {
    const of = (base, seconds = 300) => ({ rps, base, seconds });
    line(
      'both 0.2 % to 2 % over the bake (aim 0)',
      many,
      of((t) => (t < 0 ? 0.002 : 0.002 + (0.018 * t) / 300)),
      { bakeS: 300, limits: major },
    );
    line(
      'both 0.2 % to 2 % over an hour (aim 0)',
      Math.ceil(many / 4),
      of((t) => (t < 0 ? 0.002 : 0.002 + (0.018 * t) / 3600), 3600),
      { bakeS: 3600, limits: major },
    );
    const incident = (height, from, to) => of((t) => (t >= from && t < to ? height : 0.001));
    line('both to 6 % for 2 min (aim 0)', many, incident(0.06, 60, 180), { bakeS: 300, limits: gravest });
    line('both to 15 % for 1 min, above the P0 limit (rolls back by design)', many, incident(0.15, 60, 120), {
      bakeS: 300,
      limits: gravest,
    });
    line(
      'cold start: 5 % in the first 20 s (aim 0)',
      many,
      { ...of(0.005), worse: (t) => (t <= 20 ? 0.045 : 0) },
      { bakeS: 300 },
    );
    line('one poll at 10 % (aim 0)', many, { ...of(0.001), worse: (t) => (t === 100 ? 0.099 : 0) }, { bakeS: 300 });
  }
}

/** The logarithms that one poll takes, and nothing else: per step four of rates and two sums, in both pairings. */
function bare(polls) {
  let out = 0;
  for (let poll = 0; poll < polls; poll += 1) {
    for (let pairing = 0; pairing < 2; pairing += 1) {
      const rate = 0.01 + poll * 1e-9;
      let logs = Math.log(rate) + Math.log1p(-rate);
      for (let step = 1; step <= 8; step += 1) {
        const worse = rate + step * 0.01;
        logs += Math.log(worse) + Math.log1p(-worse) + Math.log(rate + step * 0.001) + Math.log1p(-rate - step * 0.001);
        // The step's mixture, and the mean over the steps for the look.
        logs += Math.log1p(Math.exp(-step)) + Math.log1p(Math.exp(-step - 1));
      }
      out += logs + Math.log(1 / (poll + 18)) + Math.log1p(-1 / (poll + 18));
    }
  }
  return out;
}

/** Microseconds a poll: the bare loop, the comparison and its verdict, the same with two limits; the fastest of some rounds. */
function costs(rounds) {
  return [5, 60].map((minutes) => {
    const log = traffic({ seed: 1, rps: 100, base: 0.01, seconds: minutes * 60 });
    const polls = log.canary.length;
    const repeat = Math.ceil(1500 / polls);
    const setting = { bakeS: minutes * 60, margin: 1e-9, past: pastOf(log) };
    const works = [
      () => bare(polls),
      () => bakeOf({ Trial }, log, setting),
      () => bakeOf({ Trial }, log, { ...setting, limits: gravest }),
    ];
    const best = works.map(() => Number.POSITIVE_INFINITY);
    // In turn, so that whatever else the machine does falls on all of them.
    for (let round = 0; round < rounds; round += 1) {
      for (const [place, work] of works.entries()) {
        const from = process.hrtime.bigint();
        for (let again = 0; again < repeat; again += 1) work();
        best[place] = Math.min(best[place], Number(process.hrtime.bigint() - from) / 1e3 / repeat / polls);
      }
    }
    const [loop, alone, limited] = best;
    return { minutes, loop, alone, limited };
  });
}

function cost() {
  const rounds = 40;
  title(`cost of judging, fastest of ${rounds} rounds`);
  table([
    'bake',
    'bare logarithms, us a poll',
    'comparison and verdict, us a poll',
    'ratio (aim at most 5)',
    'with two limits, us a poll',
    'ratio',
  ]);
  for (const { minutes, loop, alone, limited } of costs(rounds)) {
    row(
      `${minutes} min`,
      loop.toFixed(2),
      alone.toFixed(2),
      (alone / loop).toFixed(1),
      limited.toFixed(2),
      (limited / loop).toFixed(1),
    );
  }
}

/** Each aim in a row: what was reached, its interval, and the peers on the same logs. A row with no peers cannot be asked of them. */
function aims() {
  const long = times > 1;
  const deep = 5 * times;
  title(
    `aims; reached with its 95 % interval, peers on the same logs${long ? '' : ' (BORING_LONG=1 or a table by name for every cell)'}`,
  );
  const names = Object.keys(peers);
  table(['aim', 'case', 'aimed at', 'reached [95 %]', 'runs', ...names]);
  const line = (aim, name, aimed, many, ending, scenario, setting) => {
    const told = runs(many, scenario, setting);
    const others = names.map((peer) => percent(told[peer][ending], many));
    row(aim, name, aimed, share(told.ours[ending], many), many, ...others);
  };
  const calm = (kind, base, rps, minutes, many, aimed) =>
    line(
      `false rollback, ${minutes} min, %`,
      `${kind}, ${100 * base} % @${rps}`,
      aimed,
      many * deep,
      'rollback',
      { kind, rps, base, seconds: minutes * 60 },
      { bakeS: minutes * 60, limits: major },
    );
  for (const [base, rps] of [
    [0.001, 10],
    [0.01, 100],
    [0.03, 10],
  ]) {
    calm('iid', base, rps, 5, 500, '<= 0.5');
    calm('iid', base, rps, 60, 300, '<= 0.5');
  }
  calm('iid', 0.03, 1, 60, 300, '<= 2.5');
  calm('burst', 0.03, 10, 60, 200, '<= 2');
  calm('session', 0.03, 10, 60, 200, '<= 8.5');
  for (const [base, worse, rps] of [
    [0.001, 0.04, 100],
    [0.01, 0.04, 100],
    [0.01, 0.1, 10],
    [0.03, 0.04, 100],
  ]) {
    const many = 300 * deep;
    const told = runs(many, { rps, base, seconds: 300, worse: () => worse }, { bakeS: 300 });
    const seconds = median(told.ours.at, many) - 30;
    const bound = boundOf(base, worse, rps);
    row(
      'seconds after the warm-up, by the bound or two polls',
      `+${100 * worse} pp on ${100 * base} % @${rps}`,
      '<= 1.7x',
      `${seconds} s, ${(seconds / Math.max(bound, 20)).toFixed(2)}x, ${percent(told.ours.rollback, many)} % caught`,
      many,
      ...names.map((peer) => {
        const shifted = median(told[peer].at, many);
        return Number.isNaN(shifted) ? 'not half' : `${shifted} s after the shift`;
      }),
    );
  }
  const worse = (by) => ({ rps: 100, base: 0.01, seconds: 300, worse: () => by });
  line('promoted though worse, %', '+1 pp (the margin), 1 % @100', '<= 5', 300 * deep, 'promote', worse(0.01), {
    bakeS: 300,
  });
  line('promoted though worse, %', '+4 pp, 1 % @100', '<= 0.1', 300 * deep, 'promote', worse(0.04), { bakeS: 300 });
  const dead = { rps: 100, base: 0.001, seconds: 300, alive: (t) => t <= 200 };
  line('promoted though dead, %', 'for its last 100 s, @100', '0', 200 * deep, 'promote', dead, { bakeS: 300 });
  const burst = { rps: 100, base: 0.001, seconds: 300, worse: (t) => (t === 100 ? 0.099 : 0) };
  line('rolled back for one bad poll, %', '10 % in one poll, @100', '0', 300 * deep, 'rollback', burst, {
    bakeS: 300,
  });
  const late = { rps: 100, base: 0.001, seconds: 14_400, worse: (t) => (t > 12_960 ? 0.01 : 0) };
  line('caught in the last tenth of 4 h, %', '+1 pp on 0.1 % @100', '>= 95', 20 * deep, 'rollback', late, {
    bakeS: 14_400,
    limits: major,
  });
  for (const one of costs(long ? 40 : 15)) {
    const { minutes, loop, alone, limited } = one;
    row(
      'cost by a bare loop of the logarithms',
      `${minutes} min`,
      '<= 5x',
      `${(alone / loop).toFixed(1)}x, with two limits ${(limited / loop).toFixed(1)}x`,
      '',
      ...names.map(() => ''),
    );
  }
}

const wanted = process.argv.slice(2);
const tables = { falseRollbacks, detection, promotions, incidents, cost };
if (wanted.length === 0) aims();
for (const [name, part] of Object.entries(tables)) {
  if (wanted.includes(name) || (wanted.length === 0 && times > 1)) part();
}
