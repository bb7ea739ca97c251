// Where a repository is: in the API, and as a page.
import type { GitRepository } from '../repository-git.ts';

export function repositoryUrl(repo: GitRepository): string {
  return `${repo.hub.apiUrl}/repos/${repo.fullName}`;
}

export function repositoryPage(repo: GitRepository): string {
  return `${repo.hub.serverUrl}/${repo.fullName}`;
}
