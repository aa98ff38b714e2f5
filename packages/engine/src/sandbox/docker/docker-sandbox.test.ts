import { writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { defaultBoxLimits } from '#sandbox/limits.ts';
import { boxLabel, containerOptions } from '#sandbox/docker/container-options.ts';
import { createDockerSandbox } from '#sandbox/docker/docker-sandbox.ts';
import {
  leaveBehind,
  megabyte,
  runs,
  openTemporaryFolder,
  openTestBox,
  openTestSandbox,
} from '#sandbox/testing/boxes.ts';
import { dockerHost, image } from '#sandbox/testing/test-sandbox.ts';

const timeoutMs = 60_000;
const limits = { disk: 16 * megabyte };

describe('where containers cannot be had', () => {
  test('a machine without Docker is told so, and what to do (H5)', async () => {
    const folder = await openTemporaryFolder();
    const host = `unix://${join(folder, 'docker.sock')}`;
    const sandbox = createDockerSandbox({ folder: join(folder, 'boxes'), image: 'any', host });

    const check = await sandbox.check();

    expect(check).toMatchObject({ usable: false, warnings: [] });
    expect(check.problems[0]?.what).toContain(`No Docker answers at ${join(folder, 'docker.sock')}.`);
    expect(check.problems[0]?.todo).toContain('systemctl start docker');
    await expect(sandbox.prepare({ id: 'box', logFolder: folder })).rejects.toMatchObject({ reason: 'unusable' });
    expect(await sandbox.leftBehind()).toEqual([]);
  });

  test('something else than Docker at its socket is not taken for it', async () => {
    const folder = await openTemporaryFolder();
    await writeFile(join(folder, 'docker.sock'), '');
    const sandbox = createDockerSandbox({
      folder: join(folder, 'boxes'),
      image: 'any',
      host: join(folder, 'docker.sock'),
    });

    expect((await sandbox.check()).problems[0]?.what).toContain('No Docker answers at');
  });

  test.each(['tcp://10.0.0.1:2375', 'ssh://somebody@elsewhere'])(
    'a Docker of another machine is refused: %s',
    async (host) => {
      const folder = await openTemporaryFolder();
      const sandbox = createDockerSandbox({ folder: join(folder, 'boxes'), image: 'any', host });

      const { usable, problems } = await sandbox.check();

      expect(usable).toBe(false);
      expect(problems[0]?.what).toContain('it has to be on this machine');
      expect(problems[0]?.todo).toContain('unix:///var/run/docker.sock');
    },
  );
});

test('a container is given what a box has, and nothing of Docker’s or of the host’s (H5)', () => {
  const plan = {
    boxFolder: '/boxes/one',
    workTree: '/boxes/one/disk/work',
    home: '/boxes/one/disk/home',
    egressSocket: '/boxes/one/egress.sock',
    mounts: [{ from: '/tools', at: '/opt/tools' }],
    path: ['/opt/tools'],
    limits: defaultBoxLimits,
    user: null,
    image: { id: 'sha256:1', env: ['PATH=/go/bin:/bin', 'GOPATH=/go', 'HOME=/root'], volumes: ['/data'] },
    etc: '/boxes/one/etc',
    uid: 20_001,
    gid: 20_001,
    seccomp: '{}',
    leash: '/boxes/one/leash',
  };
  const inBox = { cwd: '/work', env: {}, network: false, argv: ['true'], reportFolder: null };
  const pipes = { input: null, output: '/boxes/one/pipe' };

  const without = containerOptions(plan, inBox, pipes);
  const reaching = containerOptions(plan, { ...inBox, network: true }, pipes);

  expect(without).toMatchObject({
    User: '20001:20001',
    HostConfig: {
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', 'seccomp={}'],
      PidsLimit: defaultBoxLimits.processes,
      Memory: defaultBoxLimits.memory,
      MemorySwap: defaultBoxLimits.memory,
    },
  });
  expect(without.HostConfig).not.toHaveProperty('Privileged');
  expect(without.HostConfig?.Tmpfs).toHaveProperty('/data');
  expect(without.Cmd).toEqual(
    expect.arrayContaining(['PATH=/opt/tools:/go/bin:/bin', 'GOPATH=/go', 'HOME=/home/agent']),
  );
  const sources = (options: typeof without) => (options.HostConfig?.Mounts ?? []).map(({ Source }) => Source);
  expect(sources(without).filter((from) => from !== '/tools' && !from.startsWith('/boxes/one/'))).toEqual([]);
  expect(sources(reaching).filter((from) => !sources(without).includes(from))).toEqual(['/boxes/one/egress.sock']);
  const writable = (without.HostConfig?.Mounts ?? []).filter(({ ReadOnly }) => ReadOnly !== true);
  expect(writable.map(({ Target }) => Target)).toEqual(['/run/command/output', '/home/agent', '/work']);
});

describe.runIf(image !== '')('in containers', () => {
  test('an image that is not there is named, with how to get it (H5)', async () => {
    const folder = await openTemporaryFolder();
    const missing = 'yudai.invalid/no-such-image:1';
    const sandbox = createDockerSandbox({ folder: join(folder, 'boxes'), image: missing, host: dockerHost });

    const { usable, problems } = await sandbox.check();

    expect(usable).toBe(false);
    expect(problems[0]?.what).toContain(`There is no image ${missing}`);
    expect(problems[0]?.todo).toContain(`docker pull ${missing}`);
  });

  test('nothing is left of a container when its box is closed, and of one that was left behind when that is taken over (H13)', async () => {
    const { sandbox, folder, logFolder } = await openTestSandbox();
    await leaveBehind({ folder, id: 'box', limits, shell: 'echo started; sleep 1000' });
    const boxFolder = join(folder, 'boxes', 'box');
    const left = await containersOf(boxFolder);

    const box = await sandbox.prepare({ id: 'box', logFolder, limits });
    const taken = await containersOf(boxFolder);
    await box.run({ argv: ['true'], timeoutMs });
    await box.close();

    expect(left.length).toBeGreaterThan(0);
    expect(taken).toEqual([]);
    expect(await containersOf(boxFolder)).toEqual([]);
  });

  test('when Docker goes away, commands fail in words, and closing the box ends what they ran (J12)', async () => {
    const folder = await openTemporaryFolder();
    const logFolder = join(folder, 'logs');
    const place = { folder: join(folder, 'boxes'), users: { first: 21_300, count: 2 }, image };
    await using door = await openDoorTo(dockerSocket, join(folder, 'door.sock'));
    const box = await createDockerSandbox({ ...place, host: door.path }).prepare({ id: 'box', logFolder, limits });
    const marker = `1001.${process.pid}`;
    const begun = Promise.withResolvers<void>();

    const running = box.run({ shell: `echo begun; sleep ${marker}`, timeoutMs }, { onOutput: () => begun.resolve() });
    running.catch(() => {
      // Looked at below.
    });
    await begun.promise;
    await door.close();
    await expect(running).rejects.toMatchObject({ name: 'SandboxError' });
    await expect(box.run({ argv: ['true'], timeoutMs })).rejects.toMatchObject({ reason: 'unusable' });
    await box.close();

    await expect.poll(() => runs(`^sleep ${marker}`), { timeout: 30_000 }).toBe(false);
    await createDockerSandbox({ ...place, host: dockerHost }).discard('box');
  });

  test('what the image brings is there, and what it was built with is not what the box is', async () => {
    const box = await openTestBox();

    const { output } = await box.run({
      shell: 'env | grep -c "^PATH="; echo "$HOME"; echo x > /usr/x; echo y > /etc/x',
      timeoutMs,
    });

    expect(output).toMatch(/^1\n\/home\/agent\n[^]*Read-only file system[^]*Read-only file system\n$/);
  });
});

const dockerSocket = (dockerHost ?? '/var/run/docker.sock').replace('unix://', '');

/** All that Docker still knows of the box of this folder. */
async function containersOf(boxFolder: string): Promise<string[]> {
  const docker = new Docker({ socketPath: dockerSocket });
  const found = await docker.listContainers({ all: true, filters: { label: [boxLabel(boxFolder)] } });
  return found.map(({ Id }) => Id);
}

/** Another way to a socket, which can be closed with all that goes through it. */
async function openDoorTo(socket: string, path: string) {
  const open = new Set<Socket>();
  const track = (one: Socket) => open.add(one.on('error', () => {}));
  const server = createServer((here) => {
    const there = connect(socket);
    track(here);
    track(there);
    here.pipe(there).pipe(here);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const close = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const one of open) one.destroy();
    await closed;
  };
  return { path, close, [Symbol.asyncDispose]: close };
}
