// Seeded chance for simulated traffic: the same seed gives the same requests on every machine.

/** A source of numbers in [0, 1): mulberry32, small and good enough for traffic. */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    normal: () => normal(next),
    poisson: (mean) => poisson(next, mean),
    binomial: (n, p) => binomial(next, n, p),
  };
}

function normal(next) {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function poisson(next, mean) {
  if (mean <= 0) return 0;
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(next)));
  const floor = Math.exp(-mean);
  let count = 0;
  for (let left = next(); left > floor; left *= next()) count += 1;
  return count;
}

function binomial(next, n, p) {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(next, n, 1 - p);
  const mean = n * p;
  if (mean > 60) return Math.min(n, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - p)) * normal(next))));
  // Waiting times between successes: as many draws as there are successes.
  const scale = Math.log1p(-p);
  let count = 0;
  for (let at = Math.floor(Math.log(1 - next()) / scale) + 1; at <= n; count += 1) {
    at += Math.floor(Math.log(1 - next()) / scale) + 1;
  }
  return count;
}
