// One expectation that did not hold: what it was about, what was expected, and what came.

export interface Failure {
  /** `status`, `header content-type`, `$.status`, `body`, `time`, `certificate`. */
  readonly about: string;
  readonly expected: string;
  readonly got: string;
}
