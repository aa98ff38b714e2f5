import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ScriptedModel, startScriptedModel, startTestApp, type TestApp } from '@yudai/server/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOnApp } from '#testing/run-on-app.ts';

// One database is enough: the command line knows only the door.

let app: TestApp;
let model: ScriptedModel;
let folder: string;
let cite: string;

beforeAll(async () => {
  model = await startScriptedModel();
  app = await startTestApp({ env: { ...model.env } });
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'yudai-issue-')));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src', 'queue.ts'), 'export function retry(count: number) {\n  return count + 2;\n}\n');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-qm', 'Start');
  cite = `src/queue.ts:1-3@${git('rev-parse', 'HEAD:src/queue.ts').slice(0, 12)}`;
  await runOnApp(app, ['index'], { cwd: folder });
});
afterAll(async () => {
  await app.close();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => runOnApp(app, args, { cwd: folder });
const issue = {
  title: 'Retries are counted twice',
  problem: 'It gives up too early.',
  evidence: [{ cite: '', note: 'adds two' }],
  current: 'It adds two.',
  wanted: 'It adds one.',
  criteria: [{ text: 'retry(0) is 1', check: { kind: 'command', how: 'npm test' } }],
  files: [{ path: 'src/queue.ts', symbol: 'retry', why: 'counts' }],
  outOfScope: [],
  risks: [],
  notes: '',
  labels: [],
  priority: 'high',
  complexity: 'S',
};

test('an issue is written by hand, edited as Markdown, judged, previewed, archived (F2 F5 F9)', async () => {
  const made = JSON.parse((await run('issue', 'create', 'By hand', '--priority', 'low', '--json')).stdout);
  expect(made).toMatchObject({ title: 'By hand', priority: 'low', version: 1 });
  writeFileSync(
    join(folder, 'issue.md'),
    '# By hand\n\nIt\u001b[2J fails.\n\n## Acceptance criteria\n\n- It is better\n',
  );

  const named = JSON.parse((await run('issue', 'create', '--file', 'issue.md', '--json')).stdout);
  const nameless = await run('issue', 'create');
  await run('issue', 'archive', named.id);
  expect(named.title).toBe('By hand');
  expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('--file with one in its first line')]);

  const edited = await run('issue', 'edit', made.id, '--file', 'issue.md');
  const judged = await run('issue', 'check', made.id, '--least', '80');
  const shown = await run('issue', 'show', made.id, '--markdown');

  expect(edited.stdout).toContain('**AC1** It is better');
  expect(edited.stdout).not.toContain('\u001b[2J');
  expect(judged.code).toBe(1);
  expect(judged.stdout).toMatch(/\d+ of 100/);
  expect(judged.stdout).toContain("says 'better'");
  expect(shown.stdout).toContain('# By hand');
  expect((await run('issue', 'preview', made.id)).stdout).toContain('not on GitHub');
  const refused = await run('issue', 'publish', made.id);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('not connected to a repository on GitHub'),
  ]);
  expect((await run('issue', 'archive', made.id)).stdout).toContain('archived');
  expect((await run('issue')).stdout).toContain('There are no issues');
  expect((await run('issue', 'show', 'Nothing')).code).toBe(3);
  expect((await run('issue', 'edit', made.id)).code).toBe(2);
});

test('an issue is drafted and an idea found from the terminal; what is asked is said when nobody can answer (F1 D17)', async () => {
  const evidence = [{ cite, note: 'adds two' }];
  model.say({ text: JSON.stringify({ questions: [], issue: { ...issue, evidence } }) });
  const drafted = await run('issue', 'draft', 'Retries count twice', '--json');
  expect(drafted.code).toBe(0);
  expect(JSON.parse(drafted.stdout)).toMatchObject({
    title: 'Retries are counted twice',
    version: 2,
    priority: 'high',
  });

  model.say({ text: JSON.stringify({ questions: [{ text: 'Which?', why: '', options: [] }], issue: null }) });
  const asked = await run('issue', 'draft', 'The count');
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(/yudai jobs answer job_/)]);

  const idea = { title: 'Count once', description: 'It counts twice.', evidence, complexity: 'S' };
  model.say({ text: JSON.stringify({ ideas: [idea] }) });
  const found = await run('ideas', 'generate', 'counting');
  expect(found.stdout).toContain('Count once');
  const [listed] = JSON.parse((await run('ideas', '--json')).stdout).items;
  expect((await run('ideas', 'promote', listed.id)).stdout).toContain('# Count once');
  const other = JSON.parse((await run('ideas', 'add', 'Not now', '--json')).stdout);
  expect((await run('ideas', 'dismiss', other.id)).stdout).toContain('dismissed');
  expect((await run('issue', 'draft')).code).toBe(2);
});
