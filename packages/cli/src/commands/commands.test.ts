import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '@yudai/server/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOnApp } from '#testing/run-on-app.ts';

// One database is enough: the command line knows only the door.

let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await startTestApp();
  folder = newRepository();
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test('index connects the folder one stands in, shows its progress and says what came of it (G1 G8)', async () => {
  const { code, stdout, stderr } = await runOnApp(app, ['index'], { cwd: folder });

  expect(code).toBe(0);
  expect(stdout).toContain('is indexed');
  expect(stderr).toMatch(/\d+ %/);
});

test('index again indexes the same project again, and --json answers with one document (G14)', async () => {
  const { code, stdout } = await runOnApp(app, ['index', folder, '--json']);

  const { project, analysis, job } = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(project).toMatchObject({ source: { kind: 'folder', path: folder }, status: 'ready' });
  expect(job).toMatchObject({ status: 'completed', progress: 100 });
  expect(analysis.summary).toMatchObject({ parsed: 0 });
  expect(JSON.parse((await runOnApp(app, ['projects', '--json'])).stdout).items).toHaveLength(1);
});

test('a variable for a token that is not set is said, whatever is to be indexed', async () => {
  const { code, stderr } = await runOnApp(app, ['index', folder, '--token-env', 'NOT_SET']);

  expect(code).toBe(2);
  expect(stderr).toContain('NOT_SET is empty or not set');
});

test('search finds from below the connected folder, with reasons and places (G12)', async () => {
  const cwd = join(folder, 'src');

  const { code, stdout } = await runOnApp(app, ['search', 'where', 'are', 'retries', 'counted'], { cwd });
  const json = await runOnApp(app, ['search', '--json', '--limit', '1', 'attempts of a retried job'], { cwd });

  expect(code).toBe(0);
  expect(stdout).toContain('src/queue.ts:');
  expect(stdout).not.toContain('\u001b[');
  expect(JSON.parse(json.stdout).hits[0]).toMatchObject({
    path: 'src/queue.ts',
    cite: expect.stringMatching(/^src\/queue\.ts:\d+-\d+@/),
  });
});

test('search takes a whole issue from a file or from stdin', async () => {
  const issue = 'The queue gives up too early.\n\nThe attempts of a job are counted twice by `countRetries`.';
  writeFileSync(join(folder, '..', `${folder.split('/').at(-1)}-issue.md`), issue);

  const fromStdin = await runOnApp(app, ['search', '--file', '-', '--paths-only'], { cwd: folder, stdin: issue });
  const missing = await runOnApp(app, ['search', '--file', 'nowhere.md'], { cwd: folder });

  expect(fromStdin.stdout.split('\n')[0]).toBe('src/queue.ts');
  expect(missing).toMatchObject({ code: 3, stdout: '' });
  rmSync(join(folder, '..', `${folder.split('/').at(-1)}-issue.md`));
});

test('symbols, references and the graph tell what is where', async () => {
  const symbols = await runOnApp(app, ['symbols', 'countRetries', '--json'], { cwd: folder });
  const references = await runOnApp(app, ['symbols', 'countRetries', '--references'], { cwd: folder });
  const file = await runOnApp(app, ['graph', 'src/main.ts', '--json'], { cwd: folder });
  const cycles = await runOnApp(app, ['graph', '--cycles'], { cwd: folder });

  expect(JSON.parse(symbols.stdout).items[0]).toMatchObject({ kind: 'function', path: 'src/queue.ts', startLine: 2 });
  expect(references.stdout).toContain('src/main.ts:');
  expect(JSON.parse(file.stdout).imports).toContainEqual(expect.objectContaining({ path: 'src/queue.ts' }));
  expect(cycles.stdout).toBe('There are no import cycles.\n');
});

test('pack writes text to stdout and what it cost to stderr', async () => {
  const { code, stdout, stderr } = await runOnApp(app, ['pack', 'retries', '--budget', '2000'], { cwd: folder });

  expect(code).toBe(0);
  expect(stdout).toContain('countRetries');
  expect(stderr).toMatch(/of 2,000 tokens/);
});

test('outside any connected folder the answer is what to do, and exit code 3', async () => {
  const { code, stderr } = await runOnApp(app, ['search', 'x'], { cwd: tmpdir() });

  expect(code).toBe(3);
  expect(stderr).toContain('yudai index .');
});

test('jobs lists what ran, and show tells the steps (J5 J8)', async () => {
  const list = await runOnApp(app, ['jobs', '--json']);
  const [job] = JSON.parse(list.stdout).items;

  const shown = await runOnApp(app, ['jobs', 'show', job.id]);

  expect(job.status).toBe('completed');
  expect(shown.stdout).toContain('completed');
  expect(shown.stdout).toContain('✓');
});

test('a job that does not exist is exit code 3', async () => {
  const { code, stdout } = await runOnApp(app, ['jobs', 'cancel', 'job_00000000000000000000000000', '--json']);

  expect(code).toBe(3);
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'not_found', requestId: expect.any(String) });
});

test('Ctrl+C cancels the job and says so with exit code 130 (J9)', async () => {
  const controller = new AbortController();
  const big = newRepository(400);

  const { code, stdout } = await runOnApp(app, ['index', big, '--json'], {
    signal: controller.signal,
    onStderr: () => controller.abort(),
  });

  expect(code).toBe(130);
  expect(JSON.parse(stdout).job.status).toBe('cancelled');
  rmSync(big, { recursive: true });
});

test('doctor looks at the machine and the application', async () => {
  const { stdout } = await runOnApp(app, ['doctor', '--json', '--data', folder]);

  const checks: { name: string; status: string }[] = JSON.parse(stdout).checks;
  expect(checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['node', 'git', 'data directory', 'sandbox', 'models', 'yudai', 'jobs']),
  );
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  // Whether the usual port is free is up to the machine.
  expect(checks.filter(({ name, status }) => status === 'down' && name !== 'port')).toEqual([]);
});

test('delete wants consent, and takes only what Yudai stored', async () => {
  const refused = await runOnApp(app, ['projects', 'delete', folder]);
  const renamed = await runOnApp(app, ['projects', 'rename', folder, 'Queue demo']);
  const deleted = await runOnApp(app, ['projects', 'delete', 'Queue demo', '--yes']);

  expect(refused.code).toBe(2);
  expect(renamed.stdout).toBe('Now called Queue demo.\n');
  expect(deleted.code).toBe(0);
  expect(realpathSync(join(folder, 'src', 'queue.ts'))).toBe(join(folder, 'src', 'queue.ts'));
});

function newRepository(fillers = 0): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'yudai-repository-')));
  mkdirSync(join(path, 'src'));
  const queue =
    '/** Counts how often a job of the queue was tried again: attempts but the first. */\nexport function countRetries(attempts: number) {\n  return Math.max(0, attempts - 1);\n}\n';
  writeFileSync(join(path, 'src', 'queue.ts'), queue);
  writeFileSync(
    join(path, 'src', 'main.ts'),
    `import { countRetries } from './queue.ts';\n\nexport const retries = countRetries(3);\n`,
  );
  writeFileSync(join(path, 'README.md'), '# Demo\n\nA small queue.\n');
  for (let at = 0; at < fillers; at += 1) {
    writeFileSync(
      join(path, 'src', `filler-${at}.ts`),
      `export function filler${at}() {\n  return ${at};\n}\n`.repeat(200),
    );
  }
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: path, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-qm', 'Start');
  return path;
}
