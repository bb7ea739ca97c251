// The words of the toy service, its router and its traffic.
export type Side = 'blue' | 'green';
export const sides = ['blue', 'green'] as const;

/** How a version behaves, so that the same version is the same on whichever side it is deployed. */
export type Behaviour = {
  /** Every nth request for `/` or `/orders` answers 500; 0 or absent: none. */
  readonly failEvery?: number;
  /** Added to every answer of `/` and `/orders`. */
  readonly slowMs?: number;
  /** What `/orders` reads; default `select * from orders order by id limit 50`. */
  readonly ordersQuery?: string;
};

export type Version = { readonly version: string; readonly sha: string };

export type ServiceOptions = {
  /** Without it `/orders` answers from memory. */
  readonly databaseUrl?: string;
  /** Behaviour by version label. */
  readonly releases?: Readonly<Record<string, Behaviour>>;
};

export type SideStats = {
  readonly side: Side;
  readonly version: string;
  readonly requests: number;
  readonly errors: number;
  readonly latencySumMs: number;
};

export type ServiceSide = {
  readonly name: Side;
  readonly url: string;
  readonly port: number;
  /** What runs here; undefined before the first deploy. */
  readonly running: Version | undefined;
  /** Puts a version on this side and opens its port. Takes the behaviour of `releases` unless given. */
  deploy(version: Version, behaviour?: Behaviour): Promise<void>;
  /** Changes the behaviour of what runs. */
  behave(behaviour: Behaviour): void;
  /** Closes the port: connections are refused. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Counts since the last deploy of this side. */
  stats(): SideStats;
};

export type Service = {
  readonly blue: ServiceSide;
  readonly green: ServiceSide;
  side(name: Side): ServiceSide;
  /**
   * HTTP admin: `GET /sides`, `POST /sides/<side>/deploy` {version, sha, failEvery?, slowMs?}, `PUT /sides/<side>/behaviour`,
   * `POST /sides/<side>/down`, `POST /sides/<side>/up`, `GET /stats` {"blue": SideStats, "green": SideStats}.
   */
  readonly adminUrl: string;
  stop(): Promise<void>;
};

export type Weights = Readonly<Record<Side, number>>;

export type RouterFault = {
  /** `PUT /weights` answers 500 with this text. */
  readonly refuse?: string;
  /** The admin port drops every connection. */
  readonly unreachable?: boolean;
  /** New weights take effect only so much later, though `GET /weights` shows them at once. */
  readonly lagMs?: number;
};

export type RouterOptions = {
  readonly upstreams: Readonly<Record<Side, string>>;
  /** Default: blue 100, green 0. */
  readonly weights?: Weights;
};

export type WeightChange = { readonly at: string; readonly from: Weights; readonly to: Weights };

export type Router = {
  /** Where users go. */
  readonly url: string;
  /** `GET /weights`, `PUT /weights`, `GET /admin/log`, `GET /counts`. */
  readonly adminUrl: string;
  readonly weights: Weights;
  setWeights(weights: Weights): void;
  readonly log: readonly WeightChange[];
  /** Requests sent to each side since the start or since `resetCounts`. */
  readonly counts: Readonly<Record<Side, number>>;
  resetCounts(): void;
  /** Sets the faults; `{}` takes them all away. */
  fault(fault: RouterFault): void;
  /** Shell commands for the `command` router adapter: `get` prints green's weight, `set` takes WEIGHT. */
  readonly commands: { readonly get: string; readonly set: string };
  stop(): Promise<void>;
};

export type TrafficOptions = {
  readonly url: string;
  /** Paths in turn; default `/` and `/orders`. */
  readonly paths?: readonly string[];
  /** Requests a second, at most 500; default 50. */
  readonly rate?: number;
  /** Stops itself after so many seconds; default 120. */
  readonly forSeconds?: number;
};

export type TrafficCounts = {
  readonly sent: number;
  readonly answered: number;
  /** Connections that gave no answer. */
  readonly broken: number;
  readonly byCode: Readonly<Record<string, number>>;
  readonly byVersion: Readonly<Record<string, number>>;
  readonly bySide: Readonly<Record<string, number>>;
  /** When the newest request that each side answered was sent: epoch ms. */
  readonly newestBySide: Readonly<Record<string, number>>;
};

export type Traffic = {
  readonly counts: TrafficCounts;
  /** Counts from here on. */
  reset(): void;
  /** Resolves when so many more requests were answered, of those that count since the last reset. */
  answered(more: number): Promise<TrafficCounts>;
  /** Resolves with the counts when the last request is over. */
  stop(): Promise<TrafficCounts>;
};
