// A server that is killed again and again while it solves issues and opens their pull requests: nothing may be lost, nothing twice:
//   node bench/kills.ts [--kills 200] [--seed 1]
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../packages/contract/src/client.ts';
import { type Id, issueDocument, type Solve } from '../packages/contract/src/index.ts';
import { type GitHubDouble, startGitHubDouble } from '../packages/server/src/testing/github/index.ts';
import { removeData } from '../packages/server/src/testing/remove-data.ts';
import { startServer, type TestServer } from '../packages/server/src/testing/start-server.ts';
import { type OfferedTool, startStepServer } from './agents/step-server.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { readOptions } from './measuring/options.ts';
import { randomOf } from './measuring/random.ts';

const options = readOptions(
  `
node bench/kills.ts [--kills 200] [--seed 1]

Solves issues of a repository on a GitHub double, in real boxes with a scripted model, and publishes each; kill -9 hits the server at random
moments, from 0 to 1.5 seconds after it was asked for a step or has begun to publish. Ends with 1 when a solve does not come to its end, a finished
call of a model is paid again, or there is not exactly one commit and one pull request for each. Linux, as root or with user namespaces.
`,
  { kills: '200', seed: '1' },
);
const random = randomOf(Number(options.seed));
const wanted = Number(options.kills);
const longestPauseMs = 1500;

const planning = [
  { name: 'list', input: { path: '.' } },
  {
    name: 'submit_plan',
    input: {
      notes: 'The start value is wrong.',
      steps: [{ text: 'Begin at 0', files: ['src/sum.js'] }],
      criteria: [{ id: 'AC1', text: 'The sum of an empty list is 0', how: 'Call it with an empty list' }],
    },
  },
];
const claims = [{ criterion: 'AC1', claim: { kind: 'test', test: 'the sum of nothing is 0' } }];
const testing = [
  {
    name: 'write',
    input: { path: 'src/empty.test.js', content: testFile('the sum of nothing is 0', 'assert.equal(sum([]), 0)') },
  },
  { name: 'submit_tests', input: { summary: 'It shows the wrong sum.', claims } },
];
const coding = [
  { name: 'read', input: { path: 'src/sum.js' } },
  { name: 'bash', input: { command: 'echo looked' } },
  { name: 'edit', input: { path: 'src/sum.js', find: 'a + b, 1)', replace: 'a + b, 0)' } },
  { name: 'submit_change', input: { summary: 'It begins at 0.' } },
];

printHead(`${wanted} times kill -9 while issues are solved and published, seed ${options.seed}`);
const dataDir = mkdtempSync(join(tmpdir(), 'yudai-bench-'));
chmodSync(dataDir, 0o711);
const github = await startGitHubDouble();
/** How often each call was asked for: solve, stage and place. */
const asked = new Map<string, number>();
const model = await startStepServer((_number, tools, body) => {
  const call = callFor(tools, body);
  const key = `${/ISSUE-\d+/.exec(body)?.[0] ?? '?'} ${call.stage} ${call.place}`;
  asked.set(key, (asked.get(key) ?? 0) + 1);
  return call;
});
let server: TestServer | undefined;
let kills = 0;
const faults: string[] = [];
let solves = 0;
try {
  await prepareGitHub(github);
  server = await start();
  const projectId = await connect(server.client);
  for (; kills < wanted; solves += 1) await solveOne(projectId, solves + 1);
} finally {
  await server?.kill();
  await github.close();
  await model[Symbol.asyncDispose]();
  removeData(dataDir);
}
// A call in flight when the process ended is asked again; one that was answered and kept is not, so no kill costs more than one.
const again = [...asked.values()].reduce((sum, count) => sum + count - 1, 0);
if (again > kills) faults.push(`${again} calls of the model were made again after ${kills} kills`);
console.log(
  `${kills} kills, ${solves} solves, ${again} calls in flight asked again, ${faults.length} faults; load ${loadNow()} at the end`,
);
for (const fault of faults) console.log(fault);
if (faults.length > 0) process.exitCode = 1;

function start(): Promise<TestServer> {
  return startServer(dataDir, {
    YUDAI_GITHUB_URL: github.url,
    YUDAI_MODEL_ENDPOINT: `${model.url}/v1`,
    YUDAI_MODELS: 'compatible/bench',
  });
}

async function prepareGitHub(double: GitHubDouble): Promise<void> {
  await double.addUser({ login: 'ada' });
  const files = {
    'package.json': '{ "name": "sums", "type": "module", "scripts": { "test": "node --test" } }\n',
    'src/sum.js': 'export const sum = (numbers) => numbers.reduce((a, b) => a + b, 1);\n',
    'src/sum.test.js': testFile('it is a number', "assert.equal(typeof sum([1]), 'number')"),
  };
  await double.addRepository({ fullName: 'ada/sums', private: true, files });
}

async function connect(client: Client): Promise<Id<'project'>> {
  await client.github.connect({ token: github.personalToken('ada') });
  const { project } = await client.projects.connect({ source: { kind: 'github', repository: 'ada/sums' } });
  while ((await client.projects.get({ id: project.id })).indexedAt === null) await pause(200);
  return project.id;
}

async function solveOne(projectId: Id<'project'>, number: number): Promise<void> {
  const document = issueDocument.parse({
    title: `ISSUE-${number}: sums of an empty list are wrong`,
    problem: 'The sum of nothing should be 0.',
    criteria: [{ id: 'AC1', text: 'The sum of an empty list is 0', check: null }],
  });
  const issue = await now().issues.create({ projectId, document });
  const { solve } = await now().solver.start({ projectId, issueId: issue.id, settings: { gate: 'none' } });
  const of = { projectId, id: solve.id };
  const ended = await killUntil(of, ({ status }) => status === 'finished');
  if (ended.outcome !== 'solved') faults.push(`${solve.id} ended as ${ended.outcome ?? 'nothing'}: ${ended.reason}`);
  if (ended.outcome !== 'solved') return;
  await now().solver.publish(of);
  const published = await killUntil(of, ({ publishingJobId }) => publishingJobId === null);
  await judge(published);
}

/** Looks, and kills, until it is so. */
async function killUntil(
  of: { projectId: Id<'project'>; id: Id<'solve'> },
  isSo: (solve: Solve) => boolean,
): Promise<Solve> {
  const patience = Date.now() + 10 * 60_000;
  for (;;) {
    await pause(random() * longestPauseMs);
    const solve = await now().solver.get(of);
    if (isSo(solve)) return solve;
    if (Date.now() > patience) throw new Error(`${of.id} does not come to its end: ${solve.status}, ${solve.reason}`);
    if (kills >= wanted) continue;
    await server?.kill();
    kills += 1;
    server = await start();
    // Time to get somewhere, or no step would ever end.
    const before = model.asked.length;
    for (let looks = 0; looks < 50 && model.asked.length === before; looks += 1) await pause(100);
  }
}

async function judge({ id, branch, pullRequest }: Solve): Promise<void> {
  const { body } = await github.as('ada', 'GET', '/repos/ada/sums/pulls?state=all&per_page=100');
  const own = Array.isArray(body) ? body.filter((one) => JSON.stringify(one).includes(`"ref":"${branch}"`)) : [];
  if (own.length !== 1) faults.push(`${id} has ${own.length} pull requests`);
  if (pullRequest === null) faults.push(`${id} does not know its pull request`);
  const commits = await github.repositories.git('ada/sums', 'rev-list', '--count', `main..${branch ?? ''}`);
  if (commits.trim() !== '1') faults.push(`${id} has ${commits.trim()} commits`);
}

function now(): Client {
  if (server === undefined) throw new Error('No server runs.');
  return server.client;
}

/** What the model says, by what it is asked alone: the same request gets the same answer, however often. */
function callFor(tools: readonly OfferedTool[], body: string) {
  const stages = { architect: planning, tester: testing, coder: coding };
  const submits = { architect: 'submit_plan', tester: 'submit_tests', coder: 'submit_change' };
  const stage =
    (['architect', 'tester', 'coder'] as const).find((one) => tools.some(({ name }) => name === submits[one])) ??
    'coder';
  const place = body.split('"role":"tool"').length - 1;
  const call = stages[stage][Math.min(place, stages[stage].length - 1)];
  if (call === undefined) throw new Error('Every stage has calls.');
  return { ...call, stage, place };
}

function testFile(name: string, assertion: string): string {
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { sum } from './sum.js';",
    `test('${name}', () => { ${assertion}; });`,
    '',
  ].join('\n');
}
