import type { Id } from '@yudai/contract';
import { type GitHubDouble, startGitHubDouble } from './github/index.ts';
import { connectAndIndex, makeRepository } from './make-repository.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';
import { boxless, solverHands, type SolveScript, solvesBy } from './scripted-solve.ts';
import { startTestApp, type TestApp, type TestUser } from './start-test-app.ts';

/** Yudai with a project and a stand-in for the engine. What the engine does itself with a server is told in real-boxes.test.ts. */
export interface TestSolving {
  readonly app: TestApp;
  readonly model: ScriptedModel;
  readonly projectId: Id<'project'>;
  /** Of the owner of the project. */
  readonly hands: ReturnType<typeof solverHands>;
  /** What the stand-in does from now on; at first it solves everything with `fix`. */
  script: SolveScript;
  close(): Promise<void>;
}

export interface TestSolvingOnGitHub extends TestSolving {
  readonly github: GitHubDouble;
  /** Ada, who owns the project. */
  readonly ada: TestUser;
  /** Each person’s number on GitHub, by login. */
  readonly ids: Readonly<Record<string, number>>;
}

const queue = 'export const take = () => 1;\n';

/** What solves the sample of every scripted solve. */
export const fix = { 'src/queue.ts': 'export const take = () => 2;\n' };

/** On a folder of this machine, owned by who uses it alone. The coder may be `compatible/other` as well as the scripted model. */
export async function startSolving(): Promise<TestSolving> {
  const model = await startScriptedModel();
  const repository = await makeRepository({
    'package.json': '{"scripts":{"test":"vitest run"},"devDependencies":{"vitest":"5.0.0"}}',
    'src/queue.ts': queue,
  });
  const { app, engine } = await startScripted(model, { YUDAI_MODELS_CODER: `${model.name},compatible/other` });
  const { project } = await connectAndIndex(app, repository.folder);
  return Object.assign(engine, {
    app,
    model,
    projectId: project.id,
    hands: solverHands(app.client, app.app, project.id, project.ownerId),
    async close() {
      await app.close();
      await model.close();
      await repository.remove();
    },
  });
}

/**
 * On `ada/engine` of a double of GitHub, which nobody may see but Ada and these collaborators. The others use this Yudai too, are connected to
 * GitHub, and are not in the project: `app.as(login)`.
 */
export async function startSolvingOnGitHub(
  options: {
    readonly others?: readonly string[];
    readonly collaborators?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestSolvingOnGitHub> {
  const { others = [], collaborators = [], env = {} } = options;
  const github = await startGitHubDouble();
  const model = await startScriptedModel();
  const ids: Record<string, number> = {};
  for (const login of ['ada', ...others]) ids[login] = (await github.addUser({ login })).id;
  const repository = { fullName: 'ada/engine', private: true, files: { 'src/queue.ts': queue } };
  await github.addRepository({ ...repository, collaborators: [...collaborators] });
  const { app, engine } = await startScripted(model, { YUDAI_GITHUB_URL: github.url, ...env });
  for (const login of ['ada', ...others]) {
    const { client } = await app.as(login);
    await client.github.connect({ token: github.personalToken(login) });
  }
  const ada = await app.as('ada');
  const { project } = await ada.client.projects.connect({ source: { kind: 'github', repository: 'ada/engine' } });
  await app.app.jobs.drain();
  return Object.assign(engine, {
    app,
    model,
    github,
    ada,
    ids,
    projectId: project.id,
    hands: solverHands(ada.client, app.app, project.id, ada.userId),
    async close() {
      await app.close();
      await model.close();
      await github.close();
    },
  });
}

/** An app whose engine does what its `script` says when it is asked. */
async function startScripted(model: ScriptedModel, env: Readonly<Record<string, string>>) {
  const engine: Pick<TestSolving, 'script'> = { script: solvesBy(fix) };
  const solve: SolveScript = (task, ports) => engine.script(task, ports);
  return { engine, app: await startTestApp({ env: { ...model.env, ...env }, solve, sandbox: boxless() }) };
}
