// Whether a rollback could go back this minute: what the rollback room finds out and the doctor reports. It decides nothing and moves nothing.

/** `first`: nothing of ours ran here, so there is nothing to go back to; `no-target`: no older version was good; `none`: no way leads there. Times are
 * ms; `tookMs` is what the newest rollback took. */
export type WayBackNow =
  | {
      readonly kind: 'ready';
      readonly target: string;
      readonly way: 'there' | 'traffic' | 'redeploy';
      readonly side: string;
      readonly budgetMs: number;
      readonly tookMs: number | undefined;
    }
  | { readonly kind: 'first' }
  | { readonly kind: 'no-target'; readonly because: string }
  | { readonly kind: 'none' | 'unknown'; readonly because: string; readonly fix: string };
