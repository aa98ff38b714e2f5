// The embedded database only: what a killed server leaves to another node is tried in platform/jobs/crash.test.ts on both.
import { rm } from 'node:fs/promises';
import { issueDocument } from '@yudai/contract';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { type GitHubDouble, startGitHubDouble } from '#testing/github/index.ts';
import { copyEmbeddedTemplate } from '#testing/open-test-database.ts';
import { startServer as startServerOn, type TestServer } from '#testing/start-server.ts';

const patienceMs = { timeout: 60_000, interval: 100 };
let github: GitHubDouble;
let dataDir: string;
beforeAll(async () => {
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada' });
  await github.addRepository({ fullName: 'ada/engine', private: true, files: { 'src/a.ts': 'export const a = 1;\n' } });
  dataDir = await copyEmbeddedTemplate();
});
afterAll(async () => {
  await github.close();
  await rm(dataDir, { recursive: true, force: true });
});

test(
  'kill -9 between GitHub’s yes and our note: the next server finds the issue there, and opens no second one (F3 N12)',
  { timeout: 240_000 },
  async () => {
    const first = await startServer();
    await first.client.github.connect({ token: github.personalToken('ada') });
    const source = { kind: 'github' as const, repository: 'ada/engine' };
    const projectId = (await first.client.projects.connect({ source })).project.id;
    const document = issueDocument.parse({ title: 'Between', problem: 'It fails.' });
    const { id, version } = await first.client.issues.create({ projectId, document });
    // Git asks with POST as well.
    await vi.waitFor(
      async () => expect((await first.client.projects.get({ id: projectId })).indexedAt).not.toBeNull(),
      patienceMs,
    );
    github.makeTrouble('held', { times: 1, method: 'POST' });
    await first.client.issues.publish({ projectId, id, version });
    await vi.waitFor(async () => expect(await atGitHub()).toHaveLength(1), patienceMs);
    expect(await first.client.issues.get({ projectId, id })).toMatchObject({ status: 'draft', github: null });

    await first.kill();
    github.makeTrouble('none');
    const second = await startServer();
    const published = await vi.waitFor(async () => {
      const issue = await second.client.issues.get({ projectId, id });
      expect(issue).toMatchObject({ status: 'published', publishingJobId: null });
      return issue;
    }, patienceMs);

    expect(await atGitHub()).toEqual([{ number: published.github?.number }]);
  },
);

async function startServer(): Promise<TestServer> {
  const server = await startServerOn(dataDir, { YUDAI_GITHUB_URL: github.url });
  onTestFinished(() => server.kill());
  return server;
}

async function atGitHub(): Promise<{ number: number }[]> {
  const { body } = await github.as('ada', 'GET', '/repos/ada/engine/issues?state=all&per_page=100');
  return z.array(z.object({ number: z.number() })).parse(body);
}
