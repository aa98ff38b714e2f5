import { access, chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, expect, test } from 'vitest';
import {
  isRoot,
  leaveBehind,
  megabyte,
  needBoxes,
  openTemporaryFolder,
  openTestBox,
  openTestSandbox,
  runs,
} from '#sandbox/testing/boxes.ts';
import { createTestSandbox, onMachines } from '#sandbox/testing/test-sandbox.ts';

const timeoutMs = 60_000;

beforeEach(needBoxes);

test('a command works in its tree: exit code, output in order, environment, input, folder', async () => {
  const box = await openTestBox();
  await box.writeFile('sub/greeting.txt', 'from the host\n');

  const result = await box.run({
    shell:
      'cat greeting.txt; echo to-stderr > /dev/stderr; echo to-stdout > /dev/stdout; cat /dev/stdin; echo "$GREETING"; exit 3',
    cwd: 'sub',
    env: { GREETING: 'hello' },
    stdin: 'from stdin\n',
    timeoutMs,
  });

  expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false, outOfMemory: false, outOfDisk: false });
  expect(result.output).toBe('from the host\nto-stderr\nto-stdout\nfrom stdin\nhello\n');
  expect(await readFile(result.logPath, 'utf8')).toBe(result.output);
});

test('what a command leaves in its tree and its home is there for the next, and no process is', async () => {
  const box = await openTestBox();

  await box.run({
    shell: 'echo kept > ~/kept; echo kept > kept; (setsid sleep 1000 &) ; echo gone > /tmp/gone',
    timeoutMs,
  });
  const { output } = await box.run({ shell: 'cat ~/kept kept; ls /tmp; ps -eo comm | grep -c sleep', timeoutMs });

  expect(output).toBe('kept\nkept\n0\n');
});

test('a command that does not exist, crashes or names a strange folder says so', async () => {
  const box = await openTestBox();

  expect(await box.run({ argv: ['no-such-program'], timeoutMs })).toMatchObject({ exitCode: 127 });
  expect(await box.run({ shell: 'kill -SEGV $$', timeoutMs })).toMatchObject({ exitCode: 139, signal: 'SIGSEGV' });
  await expect(box.run({ argv: ['true'], cwd: '../..', timeoutMs })).rejects.toMatchObject({ reason: 'bad_request' });
  await expect(box.run({ argv: ['true'], cwd: 'nowhere', timeoutMs })).rejects.toMatchObject({ reason: 'bad_request' });
  await box.run({ shell: 'ln -s / way-out', timeoutMs });
  await expect(box.run({ argv: ['true'], cwd: 'way-out', timeoutMs })).rejects.toMatchObject({ reason: 'bad_request' });
});

test('a command whose time is over is ended with all it started, and keeps what it said (J12)', async () => {
  const box = await openTestBox();

  const result = await box.run({
    shell: 'trap "" TERM INT HUP; echo started; (trap "" TERM; setsid sleep 1000) & sleep 1000',
    timeoutMs: 1000,
  });

  expect(result).toMatchObject({ exitCode: null, timedOut: true, output: 'started\n' });
});

test('cancelling ends the whole tree (J12)', async () => {
  const box = await openTestBox();
  const cancel = new AbortController();
  const marker = `1000.${process.pid}`;

  const running = box.run(
    { shell: `for i in 1 2 3; do setsid sleep ${marker} & done; echo started; sleep ${marker}`, timeoutMs },
    { signal: cancel.signal, onOutput: () => cancel.abort() },
  );

  await expect(running).rejects.toMatchObject({ reason: 'cancelled' });
  expect(await runs(`^sleep ${marker}`)).toBe(false);
});

test('a flood of output is counted, and kept at both ends and up to the limit of the log', async () => {
  const box = await openTestBox({ limits: { log: megabyte } });

  const result = await box.run({ shell: 'echo first; yes 0123456789 | head -c 20000000; echo; echo last', timeoutMs });

  expect(result.outputBytes).toBe(20_000_012);
  expect(result.output).toMatch(/^first\n0123456789\n/);
  expect(result.output).toMatch(/ bytes left out; the log has them …\n[^]*\nlast\n$/);
  expect(result.output.length).toBeLessThan(40_000);
  expect((await stat(result.logPath)).size).toBe(megabyte);
});

test('a fork bomb stays in its box, and its neighbour works on', async () => {
  const { sandbox, logFolder } = await openTestSandbox();
  const limits = { processes: 64, disk: 16 * megabyte };
  await using bombed = await sandbox.prepare({ id: 'bombed', logFolder, limits });
  await using other = await sandbox.prepare({ id: 'other', logFolder, limits });

  const bomb = bombed.run({ shell: 'bomb() { bomb | bomb & }; bomb; sleep 1000', timeoutMs: 3000 });
  const beside = await other.run({ shell: 'echo alive', timeoutMs });

  expect(beside).toMatchObject({ exitCode: 0, output: 'alive\n' });
  expect(await bomb).toMatchObject({ timedOut: true });
  expect(await bombed.run({ shell: 'echo free again', timeoutMs })).toMatchObject({ output: 'free again\n' });
});

test('a command that wants more memory than its box has is killed, and that is told', async (context) => {
  const { holds } = await needBoxes(context);
  const box = await openTestBox({ limits: { memory: 64 * megabyte } });

  const result = await box.run({ argv: ['perl', '-e', 'my @it; while (1) { push @it, "x" x 1000000 }'], timeoutMs });

  expect(result.exitCode).not.toBe(0);
  expect(result.timedOut).toBe(false);
  // Without a group nobody tells: a program is refused, and says so itself. Nor does Podman.
  expect(result.outOfMemory).toBe(holds.memory.includes('cgroup'));
});

test('a box holds no more than its disk, in files small or large, and that is told', async () => {
  const box = await openTestBox({ limits: { disk: 32 * megabyte } });

  const result = await box.run({
    shell: 'for i in $(seq 200); do head -c 1000000 /dev/zero > ~/part-$i || exit 9; sleep 0.02; done',
    timeoutMs,
  });

  expect(result.outOfDisk).toBe(true);
  expect(result.exitCode).not.toBe(0);
  await box.run({ shell: 'rm -f ~/part-*', timeoutMs });
  expect(await box.run({ shell: 'echo fits > file', timeoutMs })).toMatchObject({ exitCode: 0, outOfDisk: false });
});

test('what a box leaves is its user’s: a setuid file of it makes nobody root', async (context) => {
  if (!isRoot) context.skip('Without root all boxes run as one user.');
  const box = await openTestBox();

  await box.run({ shell: 'cp /usr/bin/id id; chmod 6755 id; mkdir -p .git/hooks', timeoutMs });

  const { uid, mode } = await stat(join(box.workTree, 'id'));
  expect(uid).toBeGreaterThanOrEqual(21_000);
  expect(mode & 0o777).toBe(0o755);
});

test('each box has a user of its own, and a box too many is told to wait', async (context) => {
  if (!isRoot) context.skip('Without root all boxes run as one user.');
  const folder = await openTemporaryFolder();
  const one = createTestSandbox(join(folder, 'one'), { first: 21_200, count: 2 });
  const another = createTestSandbox(join(folder, 'another'), { first: 21_200, count: 2 });
  const request = { logFolder: join(folder, 'logs'), limits: { disk: 16 * megabyte } };
  const first = await one.prepare({ ...request, id: 'first' });
  await using second = await another.prepare({ ...request, id: 'second' });

  const owners = [await stat(first.workTree), await stat(second.workTree)].map(({ uid }) => uid);
  await expect(one.prepare({ ...request, id: 'third' })).rejects.toMatchObject({ reason: 'no_free_user' });
  await first.close();
  await using third = await another.prepare({ ...request, id: 'third' });

  expect(owners).toEqual([21_200, 21_201]);
  expect((await stat(third.workTree)).uid).toBe(21_200);
});

test('what the host puts into the tree is the box’s once it is handed over, links and their targets apart', async () => {
  const box = await openTestBox();
  const outside = join(await openTemporaryFolder(), 'outside.txt');
  await writeFile(outside, 'not theirs', { mode: 0o600 });
  await mkdir(join(box.workTree, 'src'));
  await writeFile(join(box.workTree, 'src', 'main.js'), 'old', { mode: 0o644 });
  await symlink(outside, join(box.workTree, 'link'));

  await box.handOver();

  expect(await box.run({ shell: 'echo new > src/main.js && cat src/main.js', timeoutMs })).toMatchObject({
    output: 'new\n',
  });
  expect((await stat(outside)).uid).toBe(process.getuid?.());
});

test('a box that was left behind is taken over with its files, and closing removes all of them (H13)', async () => {
  const { sandbox, folder, logFolder } = await openTestSandbox();
  const request = { id: 'box', logFolder, limits: { disk: 16 * megabyte } };
  await leaveBehind({ folder, id: 'box', limits: request.limits, shell: 'echo kept > kept' });

  const box = await sandbox.prepare(request);
  const { output, logPath } = await box.run({ shell: 'cat kept && echo more >> kept', timeoutMs });
  await box.close();

  expect(output).toBe('kept\n');
  await expect(access(join(folder, 'boxes', 'box'))).rejects.toThrow('ENOENT');
  await access(logPath);
  await expect(box.run({ argv: ['true'], timeoutMs })).rejects.toMatchObject({ reason: 'closed' });
});

test('what a process was running when it died ends with it (J12)', async () => {
  const { sandbox, folder } = await openTestSandbox();
  const marker = `1000.${process.pid}`;

  await leaveBehind({
    folder,
    id: 'box',
    limits: { disk: 16 * megabyte },
    shell: `trap '' TERM; for i in 1 2 3; do setsid sleep ${marker} & done; echo started; sleep ${marker}`,
  });

  await expect.poll(() => runs(`^sleep ${marker}`), { timeout: 30_000 }).toBe(false);
  await sandbox.discard('box');
});

test('what a dead process left can be removed, as often as one likes', async () => {
  const { sandbox, folder } = await openTestSandbox();
  await leaveBehind({ folder, id: 'box', limits: { disk: 16 * megabyte } });

  await sandbox.discard('box');
  await sandbox.discard('box');

  await expect(access(join(folder, 'boxes', 'box'))).rejects.toThrow('ENOENT');
});

test.skipIf(onMachines)(
  'folders of the host are seen where they were asked for, and cannot be written to',
  async () => {
    const tools = await openTemporaryFolder();
    await writeFile(join(tools, 'greet'), '#!/bin/sh\necho greetings\n');
    await chmod(join(tools, 'greet'), 0o755);
    const box = await openTestBox({ mounts: [{ from: tools, at: '/opt/tools' }], path: ['/opt/tools'] });

    expect(await box.run({ argv: ['greet'], timeoutMs })).toMatchObject({ exitCode: 0, output: 'greetings\n' });
    expect(await box.run({ shell: 'echo x > /opt/tools/greet', timeoutMs })).toMatchObject({ exitCode: 1 });
  },
);

test('a machine whose folder is closed to the users of boxes is told so, and what to do', async (context) => {
  if (!isRoot) context.skip('Without root boxes run as the user that owns the folder.');
  const folder = await openTemporaryFolder();
  await mkdir(join(folder, 'closed'), { mode: 0o700 });
  const sandbox = createTestSandbox(join(folder, 'closed', 'boxes'));

  const check = await sandbox.check();

  expect(check.usable).toBe(false);
  expect(check.problems[0]?.what).toContain(join(folder, 'closed'));
  expect(check.problems[0]?.todo).toContain(`chmod o+x ${join(folder, 'closed')}`);
  await expect(sandbox.prepare({ id: 'box', logFolder: folder })).rejects.toMatchObject({ reason: 'unusable' });
});

test('a check says how each limit is held, and leaves nothing behind', async () => {
  const { sandbox, folder } = await openTestSandbox();

  const check = await sandbox.check();

  expect(check).toMatchObject({ usable: true, problems: [] });
  expect(Object.values(check.holds).every((how) => how !== '')).toBe(true);
  expect((await execa('ls', ['-A', join(folder, 'boxes')])).stdout).not.toMatch(/disk/);
  await rm(folder, { recursive: true });
});

test('the id of a box is no path', async () => {
  const { sandbox, logFolder } = await openTestSandbox();

  for (const id of ['', '..', '../x', 'a/b', 'a b', 'x'.repeat(65)]) {
    await expect(sandbox.prepare({ id, logFolder })).rejects.toMatchObject({ reason: 'bad_request' });
  }
});

test.runIf(isRoot && !onMachines)(
  'what is mounted has to be within reach of other users, and who runs this is told what to do',
  async () => {
    const closed = await openTemporaryFolder();
    await chmod(closed, 0o700);

    const opened = openTestBox({ mounts: [{ from: closed, at: '/opt/closed' }] });

    await expect(opened).rejects.toThrow(`${closed} lets no other user pass. Run “chmod o+x ${closed}”`);
  },
);
