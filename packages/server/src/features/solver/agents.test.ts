// One database is enough: what is asked of rows is the same as in every other solve.
import { chmod } from 'node:fs/promises';
import type { Id } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installAgent } from '#testing/install-agent.ts';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { type ScriptedModel, startScriptedModel } from '#testing/scripted-model.ts';
import { solverHands } from '#testing/scripted-solve.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';
import { sumsFiles, sumsIssue, sumsTurns } from '#testing/sums-sample.ts';

let app: TestApp;
let model: ScriptedModel;
let repository: TestRepository;
let projectId: Id<'project'>;
let hands: ReturnType<typeof solverHands>;

beforeAll(async () => {
  model = await startScriptedModel();
  repository = await makeRepository(sumsFiles);
  app = await startTestApp({ env: { ...model.env } });
  // Boxes run as users of their own, who pass through it.
  await chmod(app.app.config.dataDir, 0o711);
  const { project } = await connectAndIndex(app, repository.folder);
  projectId = project.id;
  hands = solverHands(app.client, app.app, projectId, project.ownerId);
});
afterAll(async () => {
  await app.close();
  await model.close();
  await repository.remove();
});

test('agents of others are listed with what each needs, and refused until they have it (H12)', async () => {
  const { agents } = await app.client.solver.health({ projectId });
  const issue = await app.client.issues.create({ projectId, document: sumsIssue });
  const settings = { attempts: [{ model: null, agent: 'claude' as const }] };
  const started = app.client.solver.start({ projectId, issueId: issue.id, settings });

  expect(agents.map(({ agent, usable }) => [agent, usable])).toEqual([
    ['yudai', true],
    ['opencode', false],
    ['claude', false],
    ['codex', false],
    ['gemini', false],
  ]);
  expect(agents[2]?.what).toMatch(/proprietary.*MB\) is not installed: npm install --prefix .*agents\/claude/);
  await expect(started).rejects.toMatchObject({ code: 'invalid_input' });
});

test('an agent of somebody else that is installed writes the code, with the limits and the evidence of every solve (H5 H12)', async (context) => {
  const { usable, problems } = await app.client.solver.health({ projectId });
  context.skip(!usable, problems.map(({ what }) => what).join(' '));
  await installAgent(app.app.config.sandbox.agentsFolder);
  const { agents } = await app.client.solver.health({ projectId });
  model.say(...sumsTurns.planning, ...sumsTurns.testing, {
    text: JSON.stringify({ command: "sed -i 's/a + b, 1)/a + b, 0)/' src/sum.js; env" }),
  });
  const issue = await app.client.issues.create({ projectId, document: sumsIssue });
  const settings = { gate: 'none' as const, attempts: [{ model: null, agent: 'opencode' as const }] };
  const { solve } = await app.client.solver.start({ projectId, issueId: issue.id, settings });
  await app.app.jobs.drain();
  const solved = await hands.get(solve.id);
  const { stages } = await app.client.solver.transcripts({ projectId, id: solve.id });

  expect(agents[1]?.what).toBe('It asks compatible/scripted. Version 1.17.0 is installed; 1.18.33 was tested.');
  expect(solved).toMatchObject({ outcome: 'solved', attempts: [{ model: 'opencode · compatible/scripted' }] });
  expect(solved.stages.find(({ stage }) => stage === 'coder')).toMatchObject({
    steps: 1,
    stop: 'submitted',
    outputTokens: expect.any(Number),
  });
  expect(stages.find(({ key }) => key === 'coder.1.1')?.parts).toMatchObject([
    { type: 'tool', state: 'done' },
    { type: 'text' },
  ]);
  expect(JSON.stringify(stages)).not.toContain(model.url);
});
