// The embedded database only: what a killed server leaves to another node is tried in platform/jobs/crash.test.ts on both.
import { rm } from 'node:fs/promises';
import type { Id, StageRun } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { type GitHubDouble, startGitHubDouble } from '#testing/github/index.ts';
import { copyEmbeddedTemplate } from '#testing/open-test-database.ts';
import { type ScriptedModel, startScriptedModel } from '#testing/scripted-model.ts';
import { startServer as startServerOn, type TestServer } from '#testing/start-server.ts';
import { folderForBoxes, sumsFiles, sumsIssue, sumsTurns } from '#testing/sums-sample.ts';

const patienceMs = { timeout: 120_000, interval: 100 };
const { planning, testing, coding } = sumsTurns;
let github: GitHubDouble;
let model: ScriptedModel;
let dataDir: string;
let boxes: string;
beforeAll(async () => {
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada' });
  await github.addRepository({ fullName: 'ada/sums', private: true, files: sumsFiles });
  model = await startScriptedModel();
  dataDir = await copyEmbeddedTemplate();
  boxes = await folderForBoxes();
});
afterAll(async () => {
  await github.close();
  await model.close();
  for (const folder of [dataDir, boxes]) await rm(folder, { recursive: true, force: true });
});

test(
  'kill -9 while coding, and again between the push and the pull request: nothing is done, paid or opened twice (H8 H11 N12)',
  { timeout: 400_000 },
  async (context) => {
    const first = await startServer();
    await first.client.github.connect({ token: github.personalToken('ada') });
    const source = { kind: 'github' as const, repository: 'ada/sums' };
    const projectId = (await first.client.projects.connect({ source })).project.id;
    await vi.waitFor(
      async () => expect((await first.client.projects.get({ id: projectId })).indexedAt).not.toBeNull(),
      patienceMs,
    );
    const { usable, problems } = await first.client.solver.health({ projectId });
    if (!usable) context.skip(problems.map(({ what }) => what).join(' '));
    const [read, edit, submit] = coding;
    if (read === undefined || edit === undefined || submit === undefined) throw new Error('The sample has changed.');
    model.say(...planning, ...testing, read, { ...edit, holdAfter: 1 });
    const issue = await first.client.issues.create({ projectId, document: sumsIssue });
    const started = await first.client.solver.start({ projectId, issueId: issue.id, settings: { gate: 'none' } });
    const { id } = started.solve;
    await model.held();
    const before = await first.client.solver.get({ projectId, id });
    await first.kill();
    model.release();
    const asked = model.requests.length;

    // What is solved is published by itself; that the push arrived is never heard.
    github.makeTrouble('held', { times: 1, method: 'POST' });
    onTestFinished(() => github.makeTrouble('none'));
    model.say(edit, submit);
    const second = await startServer();
    await ended(second.client, projectId, id);
    const solved = await second.client.solver.get({ projectId, id });
    expect(solved).toMatchObject({ outcome: 'solved', tests: { passed: 2, failed: 0 } });
    // What was in flight is asked again, and what follows it.
    expect(model.requests).toHaveLength(asked + 2);
    await vi.waitFor(async () => expect(await branches()).toHaveLength(1), patienceMs);
    expect(await pulls()).toEqual([]);
    await second.kill();
    github.makeTrouble('none');

    const third = await startServer();
    const published = await vi.waitFor(async () => {
      const solve = await third.client.solver.get({ projectId, id });
      expect(solve).toMatchObject({ publishingJobId: null, pullRequest: { draft: true } });
      return solve;
    }, patienceMs);

    expect(await pulls()).toEqual([{ number: published.pullRequest?.number }]);
    const keys = published.stages.map(({ key }) => key);
    expect(keys).toEqual(['prepare.1', 'architect.1', 'tester.1', 'coder.1.1', 'verify.1.1']);
    // What was done before is told with the time that it took, not with that of looking it up.
    expect(published.stages.slice(0, 3).map(timesOf)).toEqual(before.stages.slice(0, 3).map(timesOf));
    expect(published.stages[3]?.startedAt).toBe(before.stages[3]?.startedAt);
  },
);

const timesOf = ({ startedAt, finishedAt }: StageRun) => [startedAt, finishedAt];

async function ended(client: Client, projectId: Id<'project'>, id: Id<'solve'>): Promise<void> {
  await vi.waitFor(
    async () => expect((await client.solver.get({ projectId, id })).status).toBe('finished'),
    patienceMs,
  );
}

async function branches(): Promise<string[]> {
  const all = await github.repositories.branches('ada/sums');
  return [...all.keys()].filter((name) => name.startsWith('yudai/'));
}

async function pulls(): Promise<{ number: number }[]> {
  const { body } = await github.as('ada', 'GET', '/repos/ada/sums/pulls?state=all&per_page=100');
  return z.array(z.object({ number: z.number() })).parse(body);
}

async function startServer(): Promise<TestServer> {
  const server = await startServerOn(dataDir, {
    ...model.env,
    YUDAI_GITHUB_URL: github.url,
    YUDAI_SANDBOX_FOLDER: boxes,
  });
  onTestFinished(() => server.kill());
  return server;
}
