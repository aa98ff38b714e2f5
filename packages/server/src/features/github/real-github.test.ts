import { expect, test } from 'vitest';
import { startTestApp } from '#testing/index.ts';

const token = process.env['YUDAI_TEST_GITHUB_TOKEN'] ?? '';
const why = token === '' ? ' (skipped: YUDAI_TEST_GITHUB_TOKEN is not set)' : '';

/** Reads only, so that it may be run with anybody's token: a fine-grained one with read access to metadata, contents and issues. */
test.skipIf(token === '')(`the real GitHub answers what the double answers${why} (C1)`, async () => {
  // The name of the token is no setting of the server, which refuses what it does not know.
  await using app = await startTestApp();
  const github = app.client.github;
  const known = { owner: 'octocat', name: 'Hello-World' };

  const connected = await github.connect({ token });
  const mine = await github.repositories({ limit: 5 });
  const repository = await github.repository(known);
  const branches = await github.branches(known);
  const issues = await github.issues({ ...known, state: 'all', limit: 3 });
  const pulls = await github.pullRequests({ ...known, state: 'all', limit: 3 });
  const commits = await github.commits({ ...known, limit: 3 });
  const again = await github.commits({ ...known, limit: 3 });

  expect(connected).toMatchObject({ status: 'ok', login: expect.any(String) });
  expect(mine.freshness.stale).toBe(false);
  expect(repository).toMatchObject({ fullName: 'octocat/Hello-World', private: false });
  expect(branches.items[0]?.name).toBe(repository.defaultBranch);
  expect(issues.items.length).toBeGreaterThan(0);
  expect(pulls.items.length).toBeGreaterThan(0);
  expect(commits.items[0]?.sha).toMatch(/^[0-9a-f]{40}$/);
  expect(again.items).toEqual(commits.items);
  const inspected = await app.client.projects.inspect({
    source: { kind: 'github', repository: 'octocat/Hello-World' },
  });
  expect(inspected.branches).toContain(repository.defaultBranch);
});
