import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Canaries, probes, scriptOf } from '#sandbox/probes/probes.ts';
import type { Box } from '#sandbox/sandbox.ts';
import { isRoot, megabyte, needBoxes } from '#sandbox/testing/boxes.ts';
import { createTestSandbox, image } from '#sandbox/testing/test-sandbox.ts';

const secret = randomUUID();
let scene: Scene | null = null;

beforeEach(needBoxes);

beforeAll(async () => {
  // Where no box can be made, each test says why it is skipped.
  scene = await setScene().catch((error: unknown) => {
    if (image !== '') throw error;
    return null;
  });
});
afterAll(() => scene?.clear());

describe('what is tried in a box', () => {
  test.each(probes)('is held: $name', async (probe) => {
    const { box, canaries } = onScene();

    const { output } = await box.run({ shell: scriptOf(probe), env: { ...canaries }, timeoutMs: 60_000 });

    expect(output.trim()).toBe('HELD');
  });
});

describe('the same without a box', () => {
  const harmless = probes.filter(({ control }) => control === 'anyone' || (isRoot && control === 'root'));

  test.each(harmless)('gets out: $name', async (probe) => {
    const { canaries, folder } = onScene();
    // As a leak would: with a file of the host open, and its environment.
    await using secretFile = await open(canaries.SECRET_FILE);

    const outside = spawn('bash', ['-c', scriptOf(probe)], {
      cwd: join(folder, 'outside'),
      env: { ...process.env, ...canaries, HOST_ENVIRONMENT: secret },
      stdio: ['ignore', 'pipe', 'ignore', secretFile.fd],
    });

    if (outside.stdout === null) throw new Error('its output is a pipe');
    expect(await text(outside.stdout)).toBe('ESCAPED\n');
  });

  test('there are at least 40 probes, and most have such a control', () => {
    const controlled = probes.filter(({ control }) => control === 'anyone' || control === 'root');

    expect(probes.length).toBeGreaterThanOrEqual(40);
    expect(controlled.length).toBeGreaterThan(probes.length / 2);
    expect(new Set(probes.map(({ name }) => name)).size).toBe(probes.length);
  });
});

test('the tools that probes are made of work in a box', async () => {
  const { box } = onScene();

  const script =
    'perl -MSocket -e "exit 0" && awk 1 /dev/null && unshare --version && nsenter --version && mount --version && find . && grep --version';
  const { exitCode } = await box.run({ shell: script, timeoutMs: 60_000 });

  expect(exitCode).toBe(0);
});

interface Scene {
  readonly folder: string;
  readonly box: Box;
  readonly canaries: Canaries;
  clear(): Promise<void>;
}

function onScene(): Scene {
  if (scene === null) throw new Error('the scene of the probes could not be set');
  return scene;
}

/** A host with things worth reaching, and two boxes: one to try from, and its neighbour. */
async function setScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-probes-'));
  await chmod(folder, 0o755);
  const sandbox = createTestSandbox(join(folder, 'boxes'), { first: 21_100, count: 4 });
  const limits = { disk: 64 * megabyte };
  const box = await sandbox.prepare({ id: 'box', logFolder: join(folder, 'logs'), limits });
  const other = await sandbox.prepare({ id: 'other', logFolder: join(folder, 'logs'), limits });
  await other.writeFile('secret.txt', secret);
  await mkdir(join(folder, 'outside'));
  await mkdir(join(folder, 'open'));
  await chmod(join(folder, 'open'), 0o777);
  const secretFile = join(folder, 'secret.txt');
  await writeFile(secretFile, secret);
  const shared = `/dev/shm/yudai-probe-${secret}`;
  await writeFile(shared, secret);
  const unixSocket = join(folder, 'open', 'host.sock');
  const servers = [await listen(0), await listen(unixSocket), await listen(`\0yudai-probe-${secret}`)];
  await chmod(unixSocket, 0o777);
  const host = startHostProcess();
  const address = servers[0]?.address();
  return {
    folder,
    box,
    canaries: {
      SECRET: secret,
      SECRET_FILE: secretFile,
      OPEN_FOLDER: join(folder, 'open'),
      SHARED_MEMORY_FILE: shared,
      OTHER_BOX_FILE: join(other.workTree, 'secret.txt'),
      BOX_FOLDER: join(folder, 'boxes', 'box'),
      LOG_FOLDER: join(folder, 'logs'),
      TCP_PORT: String(typeof address === 'object' ? address?.port : ''),
      UNIX_SOCKET: unixSocket,
      ABSTRACT_NAME: `yudai-probe-${secret}`,
      PROCESS_ID: String(host.pid),
    },
    async clear() {
      host.kill('SIGKILL');
      for (const server of servers) await new Promise((resolve) => server.close(resolve));
      await box.close();
      await other.close();
      await rm(shared, { force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listen(where: number | string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    if (typeof where === 'number') server.listen(where, '127.0.0.1', () => resolve(server));
    else server.listen(where, () => resolve(server));
  });
}

/** Something that runs on the host: its first argument and its environment have the secret. */
function startHostProcess(): ChildProcess {
  return spawn('sleep', ['600'], { argv0: `canary-${secret}`, env: { HOST_ONLY: secret }, stdio: 'ignore' });
}
