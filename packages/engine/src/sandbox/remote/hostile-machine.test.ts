import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { expect, onTestFinished, test } from 'vitest';
import { isRoot, openTemporaryFolder, smallLimits } from '#sandbox/testing/boxes.ts';
import { createMachinesSandbox, machinesBeside } from '#sandbox/testing/test-sandbox.ts';

const timeoutMs = 60_000;

test.runIf(isRoot)(
  'a machine that lies about its files loses its command, and the box goes on with another (H5)',
  async () => {
    const folder = await openTemporaryFolder();
    const [boxes, outside] = [join(folder, 'boxes'), join(folder, 'outside')];
    await mkdir(outside);
    const sandbox = createMachinesSandbox(boxes, { first: 21_420, count: 4 });
    const box = await sandbox.prepare({ id: 'box', logFolder: join(folder, 'logs'), limits: smallLimits });
    onTestFinished(() => box.close());
    await box.run({ shell: 'echo kept > kept', timeoutMs });
    const [machine = ''] = await readdir(machinesBeside(boxes));
    await plantTar(join(machinesBeside(boxes), machine, 'root'), outside);

    await expect(box.run({ shell: 'echo x > changed', timeoutMs })).rejects.toMatchObject({ reason: 'broken' });
    const next = await box.run({ shell: 'ls; echo more > more', timeoutMs });

    expect(await readdir(outside)).toEqual([]);
    expect(next.output).toMatch(/^kept\n/);
    expect((await box.readFile('more')).toString()).toBe('more\n');
  },
);

/** Another tar for a machine: its archives lead through a link to a folder of the host. */
async function plantTar(root: string, outside: string): Promise<void> {
  const archive = pack();
  archive.entry({ name: 'work/out', type: 'symlink', linkname: outside });
  archive.entry({ name: 'work/out/escaped' }, 'theirs');
  archive.finalize();
  await pipeline(archive, createWriteStream(join(root, 'opt', 'lie.tar')));
  const tar = join(root, 'opt', 'bin', 'tar');
  await writeFile(tar, '#!/bin/sh\nif [ "$1" = -c ]; then cat /opt/lie.tar; else exec /usr/bin/tar "$@"; fi\n');
  await chmod(tar, 0o755);
}
