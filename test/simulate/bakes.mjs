// Simulated bakes: our judge on simulated traffic, as canary-step runs it, poll after poll.

const start = 1_700_000_000_000;

/** The stable version's hour before the shift, in blocks of a poll, a minute and five. */
export function pastOf({ history, everyS }) {
  const blocks = [everyS, 60, 300].map((length) => {
    const many = length / everyS;
    const counts = [];
    for (let from = 0; from + many <= history.length; from += many) counts.push(sum(history.slice(from, from + many)));
    return { lengthMs: length * 1000, counts };
  });
  return { blocks, recent: { '': sum(history.slice(-300 / everyS)) } };
}

export function sum(polls) {
  return polls.reduce((all, { bad, total }) => ({ bad: all.bad + bad, total: all.total + total }), {
    bad: 0,
    total: 0,
  });
}

/** A limit as the policy room parses it. */
export function limitOf(parseCondition, { breach, forS, severity = 'P1', action = 'rollback' }) {
  return {
    id: `error-rate ${breach}`,
    metric: 'error-rate',
    kind: 'breach',
    condition: parseCondition(breach),
    forMs: forS * 1000,
    during: [],
    severity,
    action,
    otherwise: 'rollback',
    how: 'auto',
    own: true,
  };
}

/** One bake: how it ended, after how many seconds, and the verdict itself. */
export function bakeOf(
  { Trial },
  log,
  {
    limits = [],
    margin = 0.01,
    minEffect = 0.0025,
    alpha = 0.01,
    weight = 10,
    warmupS = 30,
    bakeS,
    maxBakeS,
    history = true,
    past,
  },
) {
  const { everyS, canary, stable } = log;
  const stage = {
    id: 'ten',
    weight,
    weightTo: weight,
    bakeMs: bakeS * 1000,
    maxBakeMs: maxBakeS === undefined ? undefined : maxBakeS * 1000,
    warmupMs: warmupS * 1000,
  };
  const trial = new Trial({
    stage,
    shiftedAt: start,
    limits,
    measured: new Set(['error-rate']),
    required: [],
    everyMs: everyS * 1000,
    compared: margin === undefined ? [] : [{ metric: 'error-rate', margin, minEffect }],
    alpha,
    past: history ? { 'error-rate': past ?? pastOf(log) } : {},
  });
  for (const [place, own] of canary.entries()) {
    const second = (place + 1) * everyS;
    const verdict = trial.hear({
      at: start + second * 1000,
      stage: 'ten',
      warm: second > warmupS,
      samples: { 'error-rate': { canary: { kind: 'counts', ...own }, stable: { kind: 'counts', ...stable[place] } } },
    });
    if (verdict.kind !== 'baking') return { kind: verdict.kind, seconds: second, verdict };
  }
  return { kind: trial.verdict?.kind ?? 'baking', seconds: canary.length * everyS, verdict: trial.verdict };
}
