// Simulated traffic: requests of two versions poll by poll, independent, in bursts by user, or of users who stay for minutes.
import { chance } from './chance.mjs';

/** Requests of one user in the clustered kinds: 1 to this many. */
const most = 20;

/**
 * Counts of a bake and of the stable version's hour before it.
 * `kind`: iid, burst (a user's requests fall in one poll and fail together), session (they spread over 1 to 20 polls).
 * `base(t)` is the failure rate of both versions at second t after the shift (negative before), `worse(t)` what the canary adds.
 */
export function traffic({
  seed,
  kind = 'iid',
  rps,
  weight = 0.1,
  everyS = 10,
  seconds,
  base,
  worse = () => 0,
  cluster = most,
  alive = () => true,
}) {
  const random = chance(seed);
  const rate = typeof base === 'number' ? () => base : base;
  const perPoll = rps * everyS;
  const make = (share, from, polls, p, isAlive = () => true) => {
    const wanted = Array.from({ length: polls }, (_, poll) => ({
      t: from + (poll + 1) * everyS,
      lot: perPoll * share,
    }));
    return arm(
      random,
      kind,
      wanted.map(({ t, lot }) => ({ lot: isAlive(t) ? lot : 0, p: Math.min(1, p(t)) })),
      cluster,
    );
  };
  const past = 3600 / everyS;
  const polls = Math.round(seconds / everyS);
  return {
    everyS,
    history: make(1, -3600, past, (t) => rate(t)),
    canary: make(weight, 0, polls, (t) => rate(t) + worse(t), alive),
    stable: make(1 - weight, 0, polls, (t) => rate(t)),
  };
}

function arm(random, kind, wanted, cluster) {
  if (kind === 'burst') return wanted.map(({ lot, p }) => burst(random, lot, p, cluster));
  if (kind === 'session') return sessions(random, wanted, cluster);
  return wanted.map(({ lot, p }) => {
    const total = random.poisson(lot);
    return { bad: random.binomial(total, p), total };
  });
}

function burst(random, lot, p, cluster) {
  const size = (cluster + 1) / 2;
  const users = random.poisson(lot / size);
  const failing = random.binomial(users, p);
  const bad = requestsOf(random, failing, cluster);
  return { bad, total: bad + requestsOf(random, users - failing, cluster) };
}

function requestsOf(random, users, cluster) {
  if (users > 60) {
    const size = (cluster + 1) / 2;
    const spread = Math.sqrt((users * (cluster * cluster - 1)) / 12);
    return Math.max(users, Math.round(users * size + spread * random.normal()));
  }
  let sum = 0;
  for (let user = 0; user < users; user += 1) sum += 1 + Math.floor(random.next() * cluster);
  return sum;
}

function sessions(random, wanted, cluster) {
  const size = (cluster + 1) / 2;
  const polls = wanted.map(({ lot, p }) => ({ bad: 0, total: random.poisson(lot * (1 - p)) }));
  // Users who came before the first poll are still there.
  for (let first = 1 - most; first < wanted.length; first += 1) {
    const { lot, p } = wanted[Math.max(0, first)];
    const users = random.poisson((lot * p) / size);
    for (let user = 0; user < users; user += 1) {
      const stay = 1 + Math.floor(random.next() * most);
      const requests = 1 + Math.floor(random.next() * cluster);
      for (let request = 0; request < requests; request += 1) {
        const poll = polls[first + Math.floor(random.next() * stay)];
        if (poll === undefined) continue;
        poll.bad += 1;
        poll.total += 1;
      }
    }
  }
  return polls;
}
