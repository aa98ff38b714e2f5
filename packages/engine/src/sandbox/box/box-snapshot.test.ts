import { access, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, test } from 'vitest';
import { packFolders, unpackFolders } from '#sandbox/box/box-snapshot.ts';
import type { BoxRequest } from '#sandbox/sandbox.ts';
import {
  isRoot,
  leaveBehind,
  megabyte,
  needBoxes,
  openTemporaryFolder,
  openTestBox,
  openTestSandbox,
} from '#sandbox/testing/boxes.ts';
import { onMachines } from '#sandbox/testing/test-sandbox.ts';

const timeoutMs = 60_000;
const limits: NonNullable<BoxRequest['limits']> = { disk: 64 * megabyte };

beforeEach(needBoxes);

test('a box begins with what another of its project had: files, links, programs, its home', async () => {
  const { sandbox, logFolder, folder } = await openTestSandbox();
  const file = join(folder, 'snapshots', 'one.snapshot');
  const first = await sandbox.prepare({ id: 'first', logFolder, limits });
  await first.run({
    shell:
      'mkdir -p node_modules/x && echo made > node_modules/x/index.js && ln -s x/index.js node_modules/main && echo home > ~/.cache; ' +
      'printf "#!/bin/sh\\necho it runs\\n" > tool; chmod +x tool; touch "with blank"; mkfifo pipe',
    timeoutMs,
  });

  await first.snapshot(file);
  const after = await first.run({ shell: 'echo goes on; echo later > later; cat node_modules/main', timeoutMs });
  const second = await sandbox.prepare({ id: 'second', logFolder, limits, from: file });
  const { output } = await second.run({
    shell: 'cat node_modules/main ~/.cache; ./tool; ls; touch node_modules/mine && rm tool && id -un',
    timeoutMs,
  });

  expect(after.output).toBe('goes on\nmade\n');
  // A machine elsewhere keeps its pipes: the host has no use for them.
  const pipe = onMachines ? '' : 'pipe\n';
  expect(output).toBe(`made\nhome\nit runs\nnode_modules\n${pipe}tool\nwith blank\nagent\n`);
  expect([first.beginning, second.beginning]).toEqual(['empty', 'snapshot']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  // Both at once: each has files, and a user, of its own.
  expect((await first.run({ shell: 'ls later tool', timeoutMs })).exitCode).toBe(0);
  await first.close();
  await second.close();
});

test('a snapshot is whole while somebody else sees the disk, as what starts another box does for a moment', async ({
  skip,
}) => {
  if (!isRoot) skip('Only as root a box has a disk of its own.');
  const { sandbox, logFolder, folder } = await openTestSandbox();
  const file = join(folder, 'one.snapshot');
  await using first = await sandbox.prepare({ id: 'first', logFolder, limits });
  await first.run({ shell: 'echo made > made', timeoutMs });
  const other = execa('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'echo here; exec sleep 2']);
  await new Promise((resolve) => other.stdout.once('data', resolve));

  await first.snapshot(file);
  await using second = await sandbox.prepare({ id: 'second', logFolder, limits, from: file });

  expect((await second.run({ shell: 'cat made', timeoutMs })).output).toBe('made\n');
  expect((await first.run({ shell: 'cat made', timeoutMs })).output).toBe('made\n');
  await other;
});

test('a snapshot takes what was written and not what could be', async () => {
  const { sandbox, logFolder, folder } = await openTestSandbox();
  const file = join(folder, 'one.snapshot');
  await using box = await sandbox.prepare({ id: 'one', logFolder, limits: { disk: 1024 * megabyte } });
  await box.run({ shell: 'head -c 3000000 /dev/urandom > data', timeoutMs });

  await box.snapshot(file);

  expect((await stat(file)).blocks * 512).toBeLessThan(40 * megabyte);
});

test('a snapshot that cannot be used is said to be one, and the box can be made without it', async () => {
  const { sandbox, logFolder, folder } = await openTestSandbox();
  const nonsense = join(folder, 'nonsense');
  await writeFile(nonsense, 'nothing of the kind');
  const prepare = (from: string) => sandbox.prepare({ id: 'one', logFolder, limits, from });

  await expect(prepare(nonsense)).rejects.toMatchObject({ reason: 'bad_snapshot' });
  await expect(prepare(join(folder, 'missing'))).rejects.toMatchObject({ reason: 'bad_snapshot' });
  await using box = await sandbox.prepare({ id: 'one', logFolder, limits });

  expect(box.beginning).toBe('empty');
  expect((await box.run({ argv: ['true'], timeoutMs })).exitCode).toBe(0);
});

test.runIf(isRoot)('a snapshot with another limit for the disk is not used: the limit would be its own', async () => {
  const { sandbox, logFolder, folder } = await openTestSandbox();
  const file = join(folder, 'one.snapshot');
  await using box = await sandbox.prepare({ id: 'one', logFolder, limits });
  await box.snapshot(file);

  const other = sandbox.prepare({ id: 'two', logFolder, limits: { disk: 32 * megabyte }, from: file });

  await expect(other).rejects.toMatchObject({ reason: 'bad_snapshot' });
});

test('a snapshot waits for nothing to run, and nothing begins meanwhile', async () => {
  const box = await openTestBox();
  const folder = await openTemporaryFolder();
  const stop = new AbortController();
  const running = box.run({ shell: 'echo begun; sleep 60', timeoutMs }, { signal: stop.signal });

  await expect(box.snapshot(join(folder, 'x'))).rejects.toMatchObject({ reason: 'bad_request' });
  stop.abort();
  await expect(running).rejects.toMatchObject({ reason: 'cancelled' });
  const snapshot = box.snapshot(join(folder, 'x'));
  await expect(box.run({ argv: ['true'], timeoutMs })).rejects.toMatchObject({ reason: 'bad_request' });
  await snapshot;

  await access(join(folder, 'x'));
  expect((await box.run({ argv: ['true'], timeoutMs })).exitCode).toBe(0);
});

test('a box that was left behind is taken over, also when there is a snapshot to begin with (J9)', async () => {
  const { sandbox, logFolder, folder } = await openTestSandbox();
  const file = join(folder, 'one.snapshot');
  const first = await sandbox.prepare({ id: 'one', logFolder, limits });
  await first.run({ shell: 'echo old > file', timeoutMs });
  await first.snapshot(file);
  await first.close();
  await leaveBehind({ folder, id: 'one', limits, from: file, shell: 'echo newer > file' });

  await using box = await sandbox.prepare({ id: 'one', logFolder, limits, from: file });

  expect(box.beginning).toBe('left_behind');
  expect((await box.run({ shell: 'cat file', timeoutMs })).output).toBe('newer\n');
});

test('two boxes with the same files are refused, and one whose process died is not in the way (J9)', async () => {
  const { sandbox, logFolder, folder } = await openTestSandbox();
  const first = await sandbox.prepare({ id: 'one', logFolder, limits });
  await first.writeFile('mine', 'x');

  await expect(sandbox.prepare({ id: 'one', logFolder, limits })).rejects.toMatchObject({ reason: 'busy' });
  await expect(sandbox.discard('one')).rejects.toMatchObject({ reason: 'busy' });
  await using other = await sandbox.prepare({ id: 'two', logFolder, limits });
  expect((await first.readFile('mine')).toString()).toBe('x');
  expect((await other.list('.')).length).toBe(0);
  await first.close();
  await leaveBehind({ folder, id: 'one', limits });

  expect(await sandbox.leftBehind()).toEqual(['one']);
  await using again = await sandbox.prepare({ id: 'one', logFolder, limits });
  expect(again.beginning).toBe('left_behind');
});

test('folders are packed and unpacked with their modes, and links lead nowhere else', async () => {
  const folder = await openTemporaryFolder();
  await mkdir(join(folder, 'one', 'work', 'sub'), { recursive: true });
  await mkdir(join(folder, 'one', 'home'));
  await mkdir(join(folder, 'two'));
  await writeFile(join(folder, 'one', 'work', 'sub', 'tool'), 'x', { mode: 0o755 });
  await symlink('/etc', join(folder, 'one', 'work', 'out'));

  await packFolders(join(folder, 'one'), join(folder, 'packed'));
  await unpackFolders(join(folder, 'packed'), join(folder, 'two'));

  expect((await stat(join(folder, 'two', 'work', 'sub', 'tool'))).mode & 0o777).toBe(0o755);
  const { stdout } = await execa('find', ['.', '-printf', '%y %p %l\n'], { cwd: join(folder, 'two', 'work') });
  expect(stdout.split('\n').toSorted()).toEqual(['d . ', 'd ./sub ', 'f ./sub/tool ', 'l ./out /etc']);
  expect(await readFile(join(folder, 'packed')).then((bytes) => bytes.length)).toBeGreaterThan(0);
});

test('a command leaves a report that no other sees, and the host opens no link of it (H9)', async () => {
  const box = await openTestBox();
  const report = (shell: string) => box.run({ shell, report: true, timeoutMs });

  const written = await report('ls "$(dirname "$YUDAI_REPORT")"; echo "<ok/>" > "$YUDAI_REPORT"; echo printed');
  const next = await report('ls "$(dirname "$YUDAI_REPORT")"');
  const without = await box.run({ shell: 'echo "[$YUDAI_REPORT]"; ls -d /run/report 2> /dev/null', timeoutMs });

  expect(written).toMatchObject({ output: 'printed\n', report: Buffer.from('<ok/>\n') });
  expect(next).toMatchObject({ output: '', report: null });
  expect(without).toMatchObject({ output: '[]\n', report: null });
  for (const shell of [
    'ln -s /etc/passwd "$YUDAI_REPORT"',
    'mkfifo "$YUDAI_REPORT"',
    'mkdir "$YUDAI_REPORT"',
    'truncate -s 20971521 "$YUDAI_REPORT"',
    'rm -r "$(dirname "$YUDAI_REPORT")"',
  ]) {
    expect((await report(shell)).report).toBeNull();
  }
  expect((await report('truncate -s 20971520 "$YUDAI_REPORT"')).report?.length).toBe(20_971_520);
  const own = await box.run({
    shell: 'echo x > "$YUDAI_REPORT"',
    env: { YUDAI_REPORT: '/work/mine' },
    report: true,
    timeoutMs,
  });
  expect(own.report?.toString()).toBe('x\n');
  expect(await box.stat('mine')).toBeNull();
});

test('a report counts as the disk of the box, and one that was ended is read as far as it came', async () => {
  const box = await openTestBox({ limits: { disk: 24 * megabyte } });

  const full = await box.run({ shell: 'head -c 60000000 /dev/zero > "$YUDAI_REPORT"', report: true, timeoutMs });
  const late = await box.run({ shell: 'echo half > "$YUDAI_REPORT"; sleep 60', report: true, timeoutMs: 1000 });

  expect(full.outOfDisk).toBe(true);
  expect(late).toMatchObject({ timedOut: true, report: Buffer.from('half\n') });
});
