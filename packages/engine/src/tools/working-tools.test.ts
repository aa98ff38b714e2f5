import { beforeEach, expect, test } from 'vitest';
import { createSyntaxCheck } from '#edit/index.ts';
import { needBoxes, openTestBox } from '#sandbox/testing/boxes.ts';
import { callTool, type RepositoryReader, type Workbench, workingTools } from '#tools/index.ts';

beforeEach(needBoxes);

const signal = new AbortController().signal;
// Looking at the repository as it was is tested with what does it.
const noReader = {} as RepositoryReader;

async function openWorkbench(files: Readonly<Record<string, string>>) {
  const box = await openTestBox();
  for (const [path, text] of Object.entries(files)) await box.writeFile(path, text);
  let printed = '';
  const workbench: Workbench = {
    box,
    reader: noReader,
    network: false,
    checkSyntax: createSyntaxCheck(),
    refusal: (path) => (path.startsWith('kept/') ? `${path} is kept.` : null),
    onOutput: (text) => void (printed += text),
    ran: () => {},
  };
  const use = async (tool: string, input: unknown) =>
    callTool(workingTools, { callId: '1', tool, input }, workbench, signal);
  const text = async (path: string) => (await box.readFile(path)).toString('utf8');
  return { use, text, printed: () => printed };
}

test('a command says how it ended, and what it prints is seen as it comes (H5)', async () => {
  const { use, printed } = await openWorkbench({});

  const ended = await use('bash', { command: 'echo hello; exit 3' });
  const late = await use('bash', { command: 'sleep 100', timeoutSeconds: 1 });
  const online = await use('bash', { command: 'true', network: true });

  expect(ended).toMatchObject({ output: 'exit code 3\nhello\n', summary: 'exit code 3', failed: false });
  expect(printed()).toBe('hello\n');
  expect(late.summary).toBe('stopped after 1 s, its time limit');
  expect(online).toMatchObject({ failed: true, output: expect.stringContaining('There is no network here.') });
});

test('an edit keeps the mark and the line ends of a file, and says what stands there now (H5)', async () => {
  const { use, text } = await openWorkbench({ 'a.ts': '\uFEFFconst a = 1;\r\nconst b = 2;\r\n' });

  const edited = await use('edit', { path: './a.ts', find: 'const b = 2;', replace: 'const b = 3;\nconst c = 4;' });
  const written = await use('write', { path: '/work/a.ts', content: 'const d = 5;\n' });

  expect(edited.output).toContain('2\tconst b = 3;\n3\tconst c = 4;');
  expect(written.failed).toBe(false);
  expect(await text('a.ts')).toBe('\uFEFFconst d = 5;\r\n');
});

test('what is not certain is refused with the nearest places, and what no longer parses is not written (H5)', async () => {
  const { use, text } = await openWorkbench({ 'a.ts': 'const one = 1;\nconst one2 = 1;\nconst one = 1;\n' });

  const twice = await use('edit', { path: 'a.ts', find: 'const one = 1;', replace: 'const two = 2;' });
  const stale = await use('edit', { path: 'a.ts', find: 'const one2 = 7;', replace: 'const two = 2;' });
  const broken = await use('edit', { path: 'a.ts', find: 'const one2 = 1;', replace: 'const one2 = (1;' });

  expect(twice.output).toContain('stands there more than once');
  expect(twice.output).toContain('Line 3: This is one of 2 places that fit.');
  expect(stale.output).toContain('Line 2: Line 2 differs.\nconst one2 = 1;');
  expect(broken.output).toContain('Not written: a.ts would not parse any more. Line 2');
  expect(await text('a.ts')).toBe('const one = 1;\nconst one2 = 1;\nconst one = 1;\n');
});

test('a patch is made whole or not at all, in both forms (H5)', async () => {
  const { use, text } = await openWorkbench({ 'a.txt': 'one\ntwo\nthree\n', 'kept/b.txt': 'b\n' });
  const unified = '--- a/a.txt\n+++ b/a.txt\n@@ -9,3 +9,3 @@\n one\n-two\n+zwei\n three\n';

  const beyond = await use('patch', {
    patch: `${unified}--- a/kept/b.txt\n+++ b/kept/b.txt\n@@ -1 +1 @@\n-b\n+c\n`,
  });
  const before = await text('a.txt');
  const made = await use('patch', { patch: unified });
  const moved = await use('patch', {
    patch: '*** Begin Patch\n*** Add File: new/c.txt\n+c\n*** Delete File: a.txt\n*** End Patch\n',
  });

  expect(beyond).toMatchObject({ failed: true, output: 'kept/b.txt is kept.' });
  expect(before).toBe('one\ntwo\nthree\n');
  expect(made).toMatchObject({ failed: false, output: 'changed a.txt' });
  expect(moved.failed).toBe(false);
  expect(await text('new/c.txt')).toBe('c\n');
  expect((await use('read', { path: 'a.txt' })).output).toContain(
    "There is no file 'a.txt'. In '.' there are: kept/, new/",
  );
});

test('paths that leave the tree, and what is no text, are refused in words (N14)', async () => {
  const { use } = await openWorkbench({ 'a.txt': 'a' });
  await use('bash', { command: 'ln -s /etc/passwd out; head -c 100 /dev/urandom > noise; mkdir .git' });

  const answers = [
    await use('read', { path: 'out' }),
    await use('read', { path: 'noise' }),
    await use('write', { path: 'out', content: 'x' }),
    await use('write', { path: '.git/config', content: 'x' }),
    await use('write', { path: 'kept/x', content: 'x' }),
    await use('list', { path: '../..' }),
  ];

  expect(answers.every(({ failed }) => failed)).toBe(true);
  expect(answers[1]?.output).toContain('is not a text in UTF-8');
  expect(answers[5]?.output).toContain('is not in the work tree');
});
