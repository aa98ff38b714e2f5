import { idPrefixes } from '@yudai/contract';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemOf } from '#testing/fuzz/judge.ts';
import { type FuzzRequest, type Known, malformedRequests, operations, validRequest } from '#testing/fuzz/requests.ts';
import { type GitHubDouble, startGitHubDouble } from '#testing/github/index.ts';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: what is malformed is refused at the door; what gets through meets the same driver and the same codes of errors.

// An affordable part of it; `node bench/fuzz.ts` sends 20,000 to a server of its own.
const malformed = Number(process.env['TEST_FUZZ_MALFORMED'] ?? '100');
const valid = Number(process.env['TEST_FUZZ_VALID'] ?? '20');
const seed = Number(process.env['TEST_FUZZ_SEED'] ?? '20261121');

/** Well-formed, of every kind. */
const idsOfNothing = Object.values(idPrefixes).map((prefix) => `${prefix}_${'0'.repeat(26)}`);

let app: TestApp;
let github: GitHubDouble;
let repository: TestRepository;
let known: Known;
beforeAll(async () => {
  // What is made up must reach no server but this one.
  github = await startGitHubDouble();
  app = await startTestApp({ env: { YUDAI_GITHUB_URL: github.url } });
  repository = await makeRepository({ 'src/index.ts': 'export const tea = 1;\n', 'readme.md': '# Tea\n' });
  const { project } = await connectAndIndex(app, repository.folder);
  const jobs = await app.client.jobs.list({});
  known = {
    values: {
      projectId: [project.id],
      id: [project.id, ...jobs.items.map(({ id }) => id), ...idsOfNothing],
      actorId: idsOfNothing,
      from: ['2026-11-21T12:00:00Z'],
      to: ['2026-11-21T12:00:00.001Z'],
      path: ['src/index.ts', 'src', 'readme.md'],
      query: ['tea', 'src/index'],
    },
  };
});
afterAll(async () => {
  await app.close();
  await github.close();
  await repository.remove();
});

test('the contract is really walked: at least 2,000 malformed requests, and valid ones to nearly every operation', () => {
  const answerable = operations.filter(({ procedure }) => validRequest(procedure, known, seed) !== undefined);

  expect(operations.length * malformed).toBeGreaterThanOrEqual(2000);
  expect(answerable.length).toBeGreaterThanOrEqual(operations.length - 2);
});

test.each(operations)(
  `$name: no malformed request breaks the door or makes it tell what is inside, seed ${seed} (R10 S12 S20)`,
  async ({ procedure }) => {
    const wrong: unknown[] = [];

    for (const request of malformedRequests(procedure, malformed, seed)) {
      const answer = await send(request);
      const problem = problemOf(procedure, answer, false);
      if (problem !== undefined) wrong.push({ problem, request, answer });
    }

    expect(wrong).toEqual([]);
  },
);

test.each(operations.filter(({ name }) => name !== 'projects.delete'))(
  `$name: what its schema accepts is answered as its schema says, seed ${seed} (R10)`,
  async ({ procedure }) => {
    const wrong: unknown[] = [];

    for (let n = 0; n < valid; n += 1) {
      const request = validRequest(procedure, known, seed + n);
      if (request === undefined) continue;
      const answer = await send(request);
      const problem = problemOf(procedure, answer, true);
      if (problem !== undefined) wrong.push({ problem, request, answer });
    }

    expect(wrong).toEqual([]);
  },
);

async function send(request: FuzzRequest) {
  const { headers, ...rest } = request;
  const options: InjectOptions = { ...rest, headers: { ...headers } };
  const { statusCode, body } = await app.app.http.inject(options);
  return { status: statusCode, body: body.slice(0, 200_000) };
}
