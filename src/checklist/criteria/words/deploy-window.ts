// Words of the criteria in deploy-window.ts: what the policy may say of them.
export const deployWindow = { id: 'deploy-window', title: 'Deploy window', moment: 'deploy' } as const;
