import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { GitHubService } from './service.ts';

export function createGitHubRoutes(service: GitHubService) {
  const door = implement(contract.github);
  return door.router({
    status: door.status.handler(({ context: { ctx } }) => service.status(ctx)),
    connect: door.connect.handler(({ input, context: { ctx } }) => service.connect(ctx, input)),
    check: door.check.handler(({ context: { ctx } }) => service.check(ctx)),
    disconnect: door.disconnect.handler(({ context: { ctx } }) => service.disconnect(ctx)),
    installations: door.installations.handler(({ context: { ctx } }) => service.installations(ctx)),
    app: door.app.handler(({ context: { ctx } }) => service.appOverview(ctx)),
    repositories: door.repositories.handler(({ input, context: { ctx } }) => service.repositories(ctx, input)),
    repository: door.repository.handler(({ input, context: { ctx } }) => service.repository(ctx, input)),
    branches: door.branches.handler(({ input, context: { ctx } }) => service.branches(ctx, input)),
    issues: door.issues.handler(({ input, context: { ctx } }) => service.issues(ctx, input)),
    issue: door.issue.handler(({ input, context: { ctx } }) => service.issue(ctx, input)),
    createIssue: door.createIssue.handler(({ input, context: { ctx } }) => service.createIssue(ctx, input)),
    updateIssue: door.updateIssue.handler(({ input, context: { ctx } }) => service.updateIssue(ctx, input)),
    comments: door.comments.handler(({ input, context: { ctx } }) => service.comments(ctx, input)),
    createComment: door.createComment.handler(({ input, context: { ctx } }) => service.createComment(ctx, input)),
    labels: door.labels.handler(({ input, context: { ctx } }) => service.labels(ctx, input)),
    pullRequests: door.pullRequests.handler(({ input, context: { ctx } }) => service.pullRequests(ctx, input)),
    pullRequest: door.pullRequest.handler(({ input, context: { ctx } }) => service.pullRequest(ctx, input)),
    pullRequestFiles: door.pullRequestFiles.handler(({ input, context: { ctx } }) =>
      service.pullRequestFiles(ctx, input),
    ),
    createPullRequest: door.createPullRequest.handler(({ input, context: { ctx } }) =>
      service.createPullRequest(ctx, input),
    ),
    checks: door.checks.handler(({ input, context: { ctx } }) => service.checks(ctx, input)),
    commits: door.commits.handler(({ input, context: { ctx } }) => service.commits(ctx, input)),
    searchRepositories: door.searchRepositories.handler(({ input, context: { ctx } }) =>
      service.searchRepositories(ctx, input),
    ),
    searchCode: door.searchCode.handler(({ input, context: { ctx } }) => service.searchCode(ctx, input)),
  });
}
