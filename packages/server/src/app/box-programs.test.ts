// One database is enough: none of this opens one.
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalSandbox } from '@yudai/engine/sandbox';
import { expect, onTestFinished, test } from 'vitest';
import { boxPrograms } from './box-programs.ts';
import { findLanguages } from './find-languages.ts';

test('a box has the npm of who runs Yudai, wherever that is installed (H5)', async (context) => {
  const home = await mkdtemp(join(tmpdir(), 'yudai-programs-'));
  await chmod(home, 0o755);
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const npm = join(home, 'versions', 'npm');
  await cp('/usr/lib/node_modules/npm', npm, { recursive: true }).catch(() =>
    context.skip('npm is not below /usr here.'),
  );
  const sandbox = createLocalSandbox({ folder: join(home, 'boxes'), users: { first: 22_000, count: 4 } });
  const { usable, problems } = await sandbox.check();
  context.skip(!usable, problems.map(({ what }) => what).join(' '));
  const programs = await boxPrograms(join(home, 'programs'), {
    node: process.execPath,
    npm: async () => npm,
    languages: async () => [],
  })();
  const box = await sandbox.prepare({ id: 'programs', logFolder: join(home, 'logs'), ...programs });
  onTestFinished(() => box.close());

  // The programs of the system come last, so that this is the one that was found.
  const { output, exitCode } = await box.run({ shell: 'command -v npm npx; npm --version', timeoutMs: 60_000 });

  expect(output).toMatch(/^\/opt\/programs\/npm\n\/opt\/programs\/npx\n\d+\.\d+\.\d+\n$/);
  expect(exitCode).toBe(0);
});

test.runIf(process.getuid?.() === 0)(
  'what lies in a home of root is copied to where boxes reach it (H5)',
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'yudai-programs-'));
    await chmod(folder, 0o755);
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const home = join(folder, 'root');
    await mkdir(join(home, 'npm', 'bin'), { recursive: true });
    await chmod(home, 0o700);
    await cp(process.execPath, join(home, 'node'));
    await writeFile(join(home, 'npm', 'bin', 'npm-cli.js'), "console.log('the npm of root')");
    const sandbox = createLocalSandbox({ folder: join(folder, 'boxes'), users: { first: 22_000, count: 4 } });
    const { usable, problems } = await sandbox.check();
    context.skip(!usable, problems.map(({ what }) => what).join(' '));
    const places = { node: join(home, 'node'), npm: async () => join(home, 'npm'), languages: async () => [] };

    const programs = await boxPrograms(join(folder, 'programs'), places)();
    const again = await boxPrograms(join(folder, 'programs'), places)();
    const box = await sandbox.prepare({ id: 'root', logFolder: join(folder, 'logs'), ...programs });
    onTestFinished(() => box.close());
    const { output } = await box.run({ shell: 'command -v node; npm', timeoutMs: 60_000 });

    expect(output).toBe('/opt/node/node\nthe npm of root\n');
    expect(again).toEqual(programs);
  },
);

test('a box has the languages of version managers, and nothing of what lies beside them (H5)', async (context) => {
  // A box has a /tmp of its own.
  const home = await mkdtemp('/var/tmp/yudai-languages-');
  await chmod(home, 0o755);
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const python = await install(join(home, '.pyenv/versions/9.9.9'), 'python3');
  const rust = await install(join(home, '.rustup/toolchains/stable'), 'rustc');
  const secret = join(home, '.cargo/credentials.toml');
  await mkdir(join(home, '.cargo'));
  await writeFile(secret, 'token = "a secret"');
  const places = { python3: python, rustc: rust, go: '/usr/lib/go', ruby: null };
  const languages = await findLanguages({ home, ask: async (name) => places[name] });
  const sandbox = createLocalSandbox({ folder: join(home, 'boxes'), users: { first: 22_000, count: 4 } });
  const { usable, problems } = await sandbox.check();
  context.skip(!usable, problems.map(({ what }) => what).join(' '));
  const programs = await boxPrograms('/nowhere', {
    node: process.execPath,
    npm: async () => null,
    languages: async () => languages,
  })();
  const box = await sandbox.prepare({ id: 'languages', logFolder: join(home, 'logs'), ...programs });
  onTestFinished(() => box.close());

  const shell = `python3; rustc; cat ${secret}; touch ${python}/bin/mine; ls ${home}/.pyenv ${home}`;
  const { output } = await box.run({ shell, timeoutMs: 60_000 });

  expect(output).toContain(`I am ${python}/bin/python3\nI am ${rust}/bin/rustc\n`);
  expect(output).not.toContain('a secret');
  expect(output).toMatch(/credentials.toml: No such file.*mine': Read-only file system/s);
  expect(output).not.toMatch(/\.cargo$|boxes|logs/m);
});

test('a folder that holds more than a language is not seen in boxes (H5)', async () => {
  const home = await mkdtemp(join(tmpdir(), 'yudai-languages-'));
  await chmod(home, 0o755);
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const ofManager = await install(join(home, '.asdf/installs/python/3.14.0'), 'python3');
  const withPassword = await install(join(home, '.pyenv/versions/3.14.0'), 'python3');
  await writeFile(join(withPassword, 'pip.conf'), '[global]');
  const shared = await install(join(home, '.local'), 'python3');
  const ownHome = await install(home, 'python3');
  const seen = (python: string | null) =>
    findLanguages({ home, ask: async (name) => (name === 'python3' ? python : null) });

  expect(await seen(ofManager)).toEqual([ofManager]);
  for (const folder of [withPassword, shared, ownHome, join(home, 'gone'), '/usr', '/', null]) {
    expect(await seen(folder)).toEqual([]);
  }
});

/** A program that says where it is, as in the folder of a language. */
async function install(folder: string, program: string): Promise<string> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(join(folder, 'bin', program), '#!/bin/sh\necho "I am $0"\n', { mode: 0o755 });
  return folder;
}

test('an npm of the system needs nothing more, and neither do machines without one', async () => {
  const node = { path: ['/opt/node'] };
  const programs = (npm: string | null) =>
    boxPrograms('/nowhere', { node: process.execPath, npm: async () => npm, languages: async () => [] })();

  expect(await programs('/usr/lib/node_modules/npm')).toMatchObject(node);
  expect(await programs(null)).toMatchObject(node);
});
