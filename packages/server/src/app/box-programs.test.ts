// One database is enough: none of this opens one.
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalSandbox } from '@yudai/engine/sandbox';
import { expect, onTestFinished, test } from 'vitest';
import { boxPrograms } from './box-programs.ts';

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
  const programs = await boxPrograms(join(home, 'programs'), async () => npm)();
  const box = await sandbox.prepare({ id: 'programs', logFolder: join(home, 'logs'), ...programs });
  onTestFinished(() => box.close());

  // The programs of the system come last, so that this is the one that was found.
  const { output, exitCode } = await box.run({ shell: 'command -v npm npx; npm --version', timeoutMs: 60_000 });

  expect(output).toMatch(/^\/opt\/programs\/npm\n\/opt\/programs\/npx\n\d+\.\d+\.\d+\n$/);
  expect(exitCode).toBe(0);
});

test('an npm of the system needs nothing more, and neither do machines without one', async () => {
  const node = { path: ['/opt/node'] };

  expect(await boxPrograms('/nowhere', async () => '/usr/lib/node_modules/npm')()).toMatchObject(node);
  expect(await boxPrograms('/nowhere', async () => null)()).toMatchObject(node);
});
