// Which providers move the shares of a plan by flag.

/** Providers of flags that can give a share of the users the new code. */
export const sharers = ['unleash', 'launchdarkly', 'http', 'command'];
/** Routers that are a flag's provider already. */
export const flagRouters = ['unleash', 'launchdarkly'];
