// Peers: how other canary judges decide on the same logs, ported from what reference canary 2 says of them. None of their code is here.

/** They read a rate over the last minute; the first check is when that is full. */
const windowS = 60;

function rateAt(polls, place, many) {
  let bad = 0;
  let total = 0;
  for (const one of polls.slice(Math.max(0, place + 1 - many), place + 1)) {
    bad += one.bad;
    total += one.total;
  }
  return total === 0 ? Number.NaN : bad / total;
}

/** Argo Rollouts: `successCondition: result < limit`, a run fails with more than `failureLimit` failed measurements; NaN is no success. */
export function argo({ canary, everyS }, { limit = 0.01, failureLimit = 3 } = {}) {
  const many = windowS / everyS;
  let failed = 0;
  for (let place = many - 1; place < canary.length; place += 1) {
    if (!(rateAt(canary, place, many) < limit)) failed += 1;
    if (failed > failureLimit) return { kind: 'rollback', seconds: (place + 1) * everyS };
  }
  return { kind: 'promote', seconds: canary.length * everyS };
}

/** Flagger: a success rate under 99 % or no value is a failed check, never forgiven; the tick after the fifth goes back. */
export function flagger({ canary, everyS }, { limit = 0.01, threshold = 5 } = {}) {
  const many = windowS / everyS;
  let failed = 0;
  for (let place = many - 1; place < canary.length; place += 1) {
    if (failed >= threshold) return { kind: 'rollback', seconds: (place + 1) * everyS };
    if (!(rateAt(canary, place, many) <= limit)) failed += 1;
  }
  return { kind: failed >= threshold ? 'rollback' : 'promote', seconds: canary.length * everyS };
}

/** Kayenta's judge: Mann-Whitney on the two series of error rates, once at the end, at most `points` points. */
export function kayenta({ canary, stable, everyS }, { points = 60 } = {}) {
  const seconds = canary.length * everyS;
  const size = Math.ceil(canary.length / points);
  const series = (polls) => {
    const rates = [];
    for (let from = 0; from < polls.length; from += size) {
      const rate = rateAt(polls, Math.min(polls.length, from + size) - 1, size);
      if (!Number.isNaN(rate)) rates.push(rate);
    }
    return rates;
  };
  const high = isHigh(series(canary), series(stable));
  return { kind: high ? 'rollback' : 'promote', seconds };
}

/** Whether the experiment's series lies higher than the control's: its 98 % bounds and a quarter of the estimate as tolerance. */
export function isHigh(own, other) {
  if (own.length === 0 || other.length === 0) return false;
  const distinct = new Set([...own, ...other]);
  if (distinct.size === 1) return false;
  const low = Math.min(...own) - Math.max(...other);
  const high = Math.max(...own) - Math.min(...other);
  const root = (wanted) => {
    let from = low;
    let to = high;
    for (let step = 0; step < 40; step += 1) {
      const middle = (from + to) / 2;
      if (statistic(own, other, middle) > wanted) from = middle;
      else to = middle;
    }
    return (from + to) / 2;
  };
  const lower = root(2.326);
  const estimate = root(0);
  const mean = (list) => list.reduce((all, one) => all + one, 0) / list.length;
  const effect = mean(own) === 0 || mean(other) === 0 ? Number.NaN : mean(own) / mean(other);
  return lower > 0.25 * Math.abs(estimate) && (Number.isNaN(effect) || effect >= 1);
}

/** The rank sum's z value when the experiment is moved down by `shift`. */
function statistic(own, other, shift) {
  const m = own.length;
  const n = other.length;
  const all = [...own.map((value) => [value - shift, true]), ...other.map((value) => [value, false])];
  all.sort((a, b) => a[0] - b[0]);
  let sum = 0;
  let ties = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to][0] === all[from][0]) to += 1;
    const rank = (from + 1 + to) / 2;
    for (let place = from; place < to; place += 1) if (all[place][1]) sum += rank;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const d = sum - (m * (m + 1)) / 2 - (m * n) / 2;
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  return variance <= 0 ? 0 : (d - 0.5 * Math.sign(d)) / Math.sqrt(variance);
}
