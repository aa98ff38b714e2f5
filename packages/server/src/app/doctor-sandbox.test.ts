import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '#platform/config/index.ts';
import { examine } from './doctor.ts';
import { sandboxOf } from './sandbox.ts';

// The embedded database only: there is none in it.

test('doctor makes a box to see whether it holds, says how, and leaves nothing behind (H13)', async (context) => {
  const folder = await openFolder();
  const elsewhere = join(folder, 'not', 'there', 'yet');
  const config = configOf({ YUDAI_DATA: folder, YUDAI_SANDBOX_FOLDER: elsewhere });
  const { usable, problems } = await sandboxOf(config).check();
  if (!usable) context.skip(problems.map(({ what }) => what).join(' '));
  await rm(join(folder, 'not'), { recursive: true });

  const finding = await sandboxFinding(config);

  expect(finding?.detail).toMatch(/^local; /);
  expect(finding?.status === 'ok' || finding?.fix !== '').toBe(true);
  expect(await readdir(folder)).toEqual([]);
});

test('doctor says why nothing can be solved and what to do about it (H13)', async () => {
  const switchedOff = await sandboxFinding(configOf({ YUDAI_SANDBOX: 'none' }));

  expect(switchedOff).toMatchObject({
    status: 'warning',
    detail: expect.stringContaining('YUDAI_SANDBOX=none'),
    fix: expect.stringContaining('local'),
  });
});

test('a hosting provider that is not there is named, with how to get it, and nothing of its options (H5)', async () => {
  const folder = await openFolder();

  const finding = await sandboxFinding(
    configOf({
      YUDAI_DATA: folder,
      YUDAI_SANDBOX: 'remote',
      YUDAI_SANDBOX_FOLDER: join(folder, 'boxes'),
      YUDAI_SANDBOX_PROVIDER: '@computesdk/nobody-has-this',
      YUDAI_SANDBOX_PROVIDER_OPTIONS: '{"config": {"apiKey": "hunter2"}}',
    }),
  );

  expect(finding?.status).toBe('warning');
  expect(finding?.detail).toContain('@computesdk/nobody-has-this is not installed');
  expect(finding?.fix).toContain('npm install');
  expect(JSON.stringify(finding)).not.toContain('hunter2');
});

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('a folder that users of boxes cannot pass is named, with what to do', async () => {
  const folder = await openFolder();
  await mkdir(join(folder, 'closed'), { mode: 0o700 });
  const closed = join(folder, 'closed', 'boxes');

  const finding = await sandboxFinding(configOf({ YUDAI_DATA: folder, YUDAI_SANDBOX_FOLDER: closed }));

  expect(finding?.status).toBe('warning');
  expect(finding?.detail).toContain(join(folder, 'closed'));
  expect(finding?.fix).toContain('chmod o+x');
});

test.runIf(isRoot)(
  'a data directory that nobody else may enter, as in the home of root, needs nothing to be set (H5)',
  async (context) => {
    const folder = await openFolder();
    await mkdir(join(folder, 'home'), { mode: 0o700 });
    const config = configOf({ YUDAI_DATA: join(folder, 'home', 'data') });
    const other = configOf({ YUDAI_DATA: join(folder, 'home', 'other') });

    const { usable, problems } = await sandboxOf(config).check();
    onTestFinished(() => rm(dirname(config.sandbox.folder), { recursive: true, force: true }));

    expect(problems.map(({ what }) => what).join(' ')).not.toContain('pass through');
    if (!usable) context.skip(problems.map(({ what }) => what).join(' '));
    expect((await sandboxFinding(config))?.detail).toMatch(/^local; /);
    expect(config.sandbox.folder).not.toBe(other.sandbox.folder);
  },
);

test('where running code is switched off no box is made', async () => {
  const sandbox = sandboxOf(configOf({ YUDAI_SANDBOX: 'none' }));

  await expect(sandbox.prepare({ id: 'x', logFolder: tmpdir() })).rejects.toMatchObject({ reason: 'unusable' });
});

function configOf(env: Record<string, string>) {
  return parseConfig({ YUDAI_ENV: 'test', YUDAI_PORT: '0', ...env });
}

async function sandboxFinding(config: ReturnType<typeof configOf>) {
  return (await examine(config)).find(({ name }) => name === 'sandbox');
}

/** Removed when the test ends. */
async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-doctor-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
