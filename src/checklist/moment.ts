// The two moments of a gate (DESIGN): before a merge, and before a deployment.

export type Moment = 'review' | 'deploy';
