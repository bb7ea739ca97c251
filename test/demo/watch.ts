// Watches the router while a canary walks: each weight as it is reached, and what the new version answered at it.
import type { Router, Service, Side, SideStats, Weights } from '../world/service/types.ts';
import { shareOf, type Teller } from './teller.ts';

const lookEveryMs = 100;

type Seen = Readonly<Record<Side, SideStats>>;

/** Tells the stages of a canary until the returned function is called. `fresh` is the side of the new version. */
export function watchCanary(
  teller: Teller,
  at: { readonly router: Router; readonly service: Service },
  fresh: Side,
): () => void {
  const other: Side = fresh === 'blue' ? 'green' : 'blue';
  const look = (): Seen => ({ blue: at.service.blue.stats(), green: at.service.green.stats() });
  let weights = at.router.weights;
  let since = look();
  const tell = (now: Weights): void => {
    const seen = look();
    const errors = (side: Side) =>
      shareOf(seen[side].errors - since[side].errors, seen[side].requests - since[side].requests);
    if (weights[fresh] > 0) {
      const against = weights[other] > 0 ? `, old version ${errors(other)}` : '';
      teller.more(`errors: new version ${errors(fresh)}${against}`);
    }
    if (now[fresh] !== weights[fresh]) {
      const back = now[fresh] < weights[fresh];
      teller.line(
        back ? 'back' : `canary ${now[fresh]} %`,
        back
          ? `${now[other]} % of the users on ${seen[other].version} (${other}) again`
          : `of the users on ${seen[fresh].version} (${fresh})`,
      );
    }
    weights = now;
    since = seen;
  };
  const timer = setInterval(() => {
    if (at.router.weights[fresh] !== weights[fresh]) tell(at.router.weights);
  }, lookEveryMs);
  return () => {
    clearInterval(timer);
    tell(at.router.weights);
  };
}
