// A hold: why a walk does not go on from here.

export interface Hold {
  readonly reason: string;
  readonly because: string;
  readonly remedy: string;
}
