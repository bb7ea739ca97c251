// Which `permissions:` line a refused call needs.
import { describe, expect, test } from '@jest/globals';
import { permissionFor } from '../../../src/io/github/permission.ts';

const repo = '/repos/octo-org/shop';

describe('the missing permission', () => {
  test.each([
    ['GET', '/commits/abc/check-runs', 'checks: read'],
    ['POST', '/check-runs', 'checks: write'],
    ['GET', '/commits/abc/statuses', 'statuses: read'],
    ['GET', '/commits/abc/pulls', 'pull-requests: read'],
    ['GET', '/commits/abc', 'contents: read'],
    ['GET', '/contents/.github/deploy-policy.yml', 'contents: read'],
    ['GET', '/compare/a...b', 'contents: read'],
    ['GET', '/deployments', 'deployments: read'],
    ['POST', '/deployments/7/statuses', 'deployments: write'],
    ['GET', '/actions/runs/7', 'actions: read'],
    ['GET', '/environments/production', 'actions: read'],
    ['GET', '/pulls/7/reviews', 'pull-requests: read'],
    ['POST', '/pulls/7/reviews', 'pull-requests: write'],
    ['POST', '/actions/workflows/deploy.yml/dispatches', 'actions: write'],
    ['POST', '/actions/runs/7/cancel', 'actions: write'],
    ['GET', '/issues', 'issues: read'],
    ['GET', '/issues/7/comments', 'pull-requests: read'],
    ['POST', '/issues/7/comments', 'pull-requests: write'],
    ['DELETE', '/issues/comments/7', 'pull-requests: write'],
    ['GET', '/collaborators/alice/permission', 'metadata: read'],
  ])('of %s %s is known without GitHub saying it: %s', (method, path, permission) => {
    expect(permissionFor(method, `${repo}${path}`, undefined)).toBe(permission);
  });

  test.each([
    ['checks=write', 'checks: write'],
    ['issues=write; pull_requests=write', 'pull-requests: write'],
    ['contents=write; workflows=write', 'contents: write'],
    ['contents=read,pull_requests=read', 'contents: read, pull-requests: read'],
  ])('is read from GitHub when it says %s', (header, permission) => {
    expect(permissionFor('POST', `${repo}/issues/7/comments`, header)).toBe(permission);
  });

  test('is unknown for a call nobody listed', () => {
    expect(permissionFor('GET', '/orgs/octo-org/teams/x/members', undefined)).toBeUndefined();
  });
});
