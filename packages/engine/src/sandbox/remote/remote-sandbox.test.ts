import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type ProviderOptions } from '#sandbox/remote/provider.ts';
import { createRemoteSandbox } from '#sandbox/remote/remote-sandbox.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';
import {
  isRoot,
  leaveBehind,
  megabyte,
  openTemporaryFolder,
  openTestBox,
  smallLimits,
} from '#sandbox/testing/boxes.ts';
import { machinesHere, type MachinesHere } from '#sandbox/testing/machines-here.ts';
import { createMachinesSandbox, machinesBeside } from '#sandbox/testing/test-sandbox.ts';

const timeoutMs = 60_000;

describe('where machines cannot be had', () => {
  test('a provider that is not installed is named, with how to get it (H5)', async () => {
    const { folder } = await openPlace();
    const sandbox = createRemoteSandbox({ folder, provider: '@computesdk/nobody-has-this' });

    const { usable, problems } = await sandbox.check();

    expect(usable).toBe(false);
    expect(problems[0]?.what).toContain('@computesdk/nobody-has-this is not installed');
    expect(problems[0]?.todo).toContain('npm install --no-save @computesdk/nobody-has-this');
  });

  test.each([
    ['@computesdk/provider', 'is no provider'],
    ['../elsewhere', 'names no package'],
    ['https://example.org/e2b.js', 'names no package'],
  ])('what is no provider is not taken for one: %s', async (provider, why) => {
    const { folder } = await openPlace();

    const { problems } = await createRemoteSandbox({ folder, provider }).check();

    expect(problems[0]?.what).toContain(why);
  });
});

describe.runIf(isRoot)('on machines', () => {
  beforeEach(() => {
    onTestFinished(async () => {
      for (const place of opened.splice(0)) await endAll(place);
    });
  });

  test('a check makes a machine and ends it, and says what is not held (H5)', async () => {
    const { sandbox, machines } = await openPlace();

    const check = await sandbox.check();

    expect(check).toMatchObject({ usable: true, problems: [] });
    expect(check.holds.network).toContain('none, or whatever');
    expect(check.warnings.map(({ what }) => what).join(' ')).toContain('not by the list of a project');
    expect(await machines.sandbox.list()).toEqual([]);
  });

  test('machines without a program that boxes need are refused by its name, unless they are told how to get it', async () => {
    const { sandbox, machines } = await openPlace({ config: { without: ['bwrap'] } });
    const mended = await openPlace({
      config: { without: ['bwrap'] },
      setup: 'umount /usr/bin/bwrap',
    });

    const { usable, problems } = await sandbox.check();

    expect(usable).toBe(false);
    expect(problems[0]?.what).toContain('lack bwrap');
    expect(problems[0]?.todo).toContain('setup');
    expect(await machines.sandbox.list()).toEqual([]);
    expect(await mended.sandbox.check()).toMatchObject({ usable: true });
  });

  test('the key of a provider is neither on a machine nor in what goes wrong (H5)', async () => {
    const apiKey = `key_${randomBytes(12).toString('hex')}`;
    const { sandbox, folder, logFolder } = await openPlace({ config: { apiKey } });
    const refused = await openPlace({ config: { apiKey }, create: { refuse: true } });
    await using box = await sandbox.prepare({ id: 'box', logFolder });

    const { output } = await box.run({ shell: 'env; cat /proc/*/environ /proc/*/cmdline | tr "\\0" "\\n"', timeoutMs });
    const { problems } = await refused.sandbox.check();

    expect(output).toContain('HOME=/home/agent');
    expect(output).not.toContain(apiKey);
    const places = [machinesBeside(folder), folder, logFolder].filter(Boolean);
    expect((await execa('grep', ['-rlsF', apiKey, ...places], { reject: false })).stdout).toBe('');
    expect(problems[0]?.what).toContain('Nobody may do that with the key …');
  });

  test('what is on this machine alone is refused in words: folders of it, and what it offers', async () => {
    const { sandbox, logFolder } = await openPlace();
    const request = { id: 'box', logFolder };

    await expect(sandbox.prepare({ ...request, mounts: [{ from: '/opt', at: '/opt' }] })).rejects.toThrow(
      'see no folders of this one (/opt)',
    );
    await expect(sandbox.prepare({ ...request, egress: { allow: [], services: {} } })).rejects.toThrow(
      'cannot reach what this one offers',
    );
  });

  test('a command has no network unless it may use one and a host is listed; then it has that of its machine (H5)', async () => {
    const { sandbox, logFolder, machines } = await openPlace();
    const shell = 'readlink /proc/self/ns/net';
    await using listed = await sandbox.prepare({ id: 'listed', logFolder, egress: { allow: ['example.org'] } });
    await using unlisted = await sandbox.prepare({ id: 'unlisted', logFolder, egress: { allow: [] } });

    const without = await listed.run({ shell, timeoutMs });
    const [machine] = await machines.sandbox.list();
    const ofMachine = await machine?.runCommand('readlink /proc/1/ns/net');
    const allowed = await listed.run({ shell, network: 'allowed', timeoutMs });
    const nothingListed = await unlisted.run({ shell, network: 'allowed', timeoutMs });

    expect(allowed.output).toBe(ofMachine?.stdout);
    expect(without.output).not.toBe(ofMachine?.stdout);
    expect(nothingListed.output).not.toBe(ofMachine?.stdout);
  });

  test('what the host writes, changes and removes is so on the machine', async () => {
    const box = await openTestBox({}, openPlace());
    const at = (path: string) => join(box.workTree, path);
    await mkdir(at('empty/deep'), { recursive: true });
    await mkdir(at('kind'));
    await writeFile(at('kind/inner'), 'x');
    await writeFile(at('nothing'), '');
    await writeFile(at('script'), '#!/bin/sh\necho ran\n');
    await chmod(at('script'), 0o755);
    await writeFile(at('grüße 好\nzwei'), 'named');
    await symlink('../nowhere', at('dangling'));
    await box.handOver();

    const first = await box.run({
      shell: './script; cat "grüße 好"*; readlink dangling; find empty kind nothing | sort; stat -c %a script',
      timeoutMs,
    });
    await rm(at('empty'), { recursive: true });
    await rm(at('kind'), { recursive: true });
    await writeFile(at('kind'), 'a file now');
    await rm(at('dangling'));
    await mkdir(at('dangling'));
    await box.writeFile('script', '#!/bin/sh\necho again\n');
    const second = await box.run({ shell: 'ls -1; ./script; cat kind; test -d dangling', timeoutMs });

    expect(first.output).toBe('ran\nnamed../nowhere\nempty\nempty/deep\nkind\nkind/inner\nnothing\n755\n');
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.output).toBe('dangling\ngrüße 好\nzwei\nkind\nnothing\nscript\nagain\na file now');
  });

  test('what a command writes, changes and removes is so on the host, also where it hides it', async () => {
    const box = await openTestBox({}, openPlace());
    const at = (path: string) => join(box.workTree, path);
    await box.writeFile('old/one', '1');
    await box.writeFile('old/two', '2');
    await box.writeFile('swap/inner', 'x');
    await box.writeFile('sly', 'aaaa');

    await box.run({
      shell: [
        'rm -r old/one swap && echo file > swap',
        'mkdir -p new/empty && ln -s /etc/passwd new/link && printf %s x > "new/ü\nv" && echo > "new/-n"',
        'printf "#!/bin/sh\\n" > run && chmod 700 run && mkfifo pipe && ln run twin',
        'cp -p sly before && printf bbbb > sly && touch -r before sly && rm before',
        'chmod 500 new/empty; echo home > ~/kept',
      ].join('\n'),
      timeoutMs,
    });

    expect((await readdir(at('.'))).toSorted()).toEqual(['new', 'old', 'run', 'sly', 'swap', 'twin']);
    expect(await readdir(at('old'))).toEqual(['two']);
    expect((await readdir(at('new'))).toSorted()).toEqual(['-n', 'empty', 'link', 'ü\nv']);
    expect(await readlink(at('new/link'))).toBe('/etc/passwd');
    expect(await readFile(at('swap'), 'utf8')).toBe('file\n');
    expect((await stat(at('run'))).mode & 0o777).toBe(0o700);
    // Of the same size and time as before: the time of its change is not for a command to set.
    expect(await readFile(at('sly'), 'utf8')).toBe('bbbb');
    expect((await stat(at('run'))).uid).toBe((await stat(box.workTree)).uid);
    expect(await readFile(join(dirname(box.workTree), 'home', 'kept'), 'utf8')).toBe('home\n');
  });

  test('what the host writes while a command runs stays, and is there for the next', async () => {
    const box = await openTestBox({}, openPlace());
    await box.writeFile('both', 'before');
    const begun = Promise.withResolvers<void>();

    const running = box.run(
      { shell: 'echo begun; read -r < <(sleep 1); echo theirs > both; echo theirs > other', timeoutMs },
      { onOutput: () => begun.resolve() },
    );
    await begun.promise;
    await box.writeFile('both', 'ours');
    await running;
    const { output } = await box.run({ shell: 'cat both other', timeoutMs });

    expect(output).toBe('ourstheirs\n');
  });

  test('files larger than a call come and go whole, also where only small ones can be written', async () => {
    const { sandbox, logFolder } = await openPlace({ config: { mostWritten: 100_000 } });
    await using box = await sandbox.prepare({ id: 'box', logFolder });
    const large = randomBytes(3 * megabyte);
    await box.writeFile('large', large);

    await box.run({ shell: 'cp large back; cat large large large > more', timeoutMs });

    expect((await box.readFile('back')).equals(large)).toBe(true);
    expect((await stat(join(box.workTree, 'more'))).size).toBe(9 * megabyte);
  });

  test('answers that are lost on their way are asked for again, and nothing comes twice', async () => {
    const { sandbox, logFolder } = await openPlace({ config: { lostOf: 3 } });
    await using box = await sandbox.prepare({ id: 'box', logFolder });

    const { output } = await box.run({
      shell: 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.3; done; head -c 2000000 /dev/urandom > large',
      timeoutMs,
    });

    expect(output).toBe('1\n2\n3\n4\n5\n6\n');
    expect((await stat(join(box.workTree, 'large'))).size).toBe(2_000_000);
  });

  test('where commands of the provider are nobody’s in particular, boxes hold as well (H5)', async () => {
    const { sandbox, logFolder } = await openPlace({ config: { user: 21_499 } });
    await using box = await sandbox.prepare({ id: 'box', logFolder });
    await box.writeFile('script', 'echo ran\n');

    const first = await box.run({
      shell:
        'bash script; id -un; tail -n +2 /proc/net/route; (setsid sleep 1000 &); echo x > /tmp/x; echo made > made',
      timeoutMs,
    });
    const second = await box.run({ shell: 'ls /tmp; ps -eo comm | grep -c sleep; ls /home/user/.yudai', timeoutMs });
    const late = await box.run({ shell: 'trap "" TERM; sleep 1000', timeoutMs: 500 });

    expect(first.output).toBe('ran\nagent\n');
    expect(second.output).toBe('0\n');
    expect(late.timedOut).toBe(true);
    expect((await box.readFile('made')).toString()).toBe('made\n');
  });

  test('a report comes back, and a link in its place does not', async () => {
    const box = await openTestBox({}, openPlace());

    const told = await box.run({ shell: 'echo fine > "$YUDAI_REPORT"', report: true, timeoutMs });
    const linked = await box.run({ shell: 'ln -s /etc/passwd "$YUDAI_REPORT"', report: true, timeoutMs });

    expect(told.report?.toString()).toBe('fine\n');
    expect(linked.report).toBeNull();
  });

  test('a machine that goes away ends its command in words, and the next command has another with the files of the host (J12)', async () => {
    const { sandbox, logFolder, machines } = await openPlace();
    await using box = await sandbox.prepare({ id: 'box', logFolder });
    await box.run({ shell: 'echo kept > kept', timeoutMs });
    const begun = Promise.withResolvers<void>();

    const running = box.run(
      { shell: 'echo lost > lost; echo begun; sleep 1000', timeoutMs },
      { onOutput: () => begun.resolve() },
    );
    running.catch(() => {
      // Looked at below.
    });
    await begun.promise;
    for (const machine of await machines.sandbox.list()) await machine.destroy();

    await expect(running).rejects.toMatchObject({ reason: 'broken', message: expect.stringContaining('is gone') });
    expect(await box.run({ shell: 'ls', timeoutMs })).toMatchObject({ output: 'kept\n' });
    expect(await machines.sandbox.list()).toHaveLength(1);
  });

  test('a command that is cancelled while its machine is gone is cancelled (J12)', async () => {
    const { sandbox, logFolder, machines } = await openPlace();
    await using box = await sandbox.prepare({ id: 'box', logFolder });
    const begun = Promise.withResolvers<void>();
    const cancel = new AbortController();

    const running = box.run(
      { shell: 'echo begun; sleep 1000', timeoutMs },
      { onOutput: () => begun.resolve(), signal: cancel.signal },
    );
    running.catch(() => {
      // Looked at below.
    });
    await begun.promise;
    cancel.abort();
    for (const machine of await machines.sandbox.list()) await machine.destroy();

    await expect(running).rejects.toMatchObject({ reason: 'cancelled' });
  });

  test('no machine is left when a box is closed, nor when one that a dead process left is discarded, noted or not (H13)', async () => {
    const { sandbox, folder, logFolder, machines } = await openPlace();
    const box = await sandbox.prepare({ id: 'closed', logFolder });
    await box.run({ argv: ['true'], timeoutMs });
    await box.close();
    const afterClose = await machines.sandbox.list();
    await leaveBehind({ folder: dirname(folder), id: 'left', limits: smallLimits, onMachines: true });
    const left = await machines.sandbox.list();
    // As of one that died before it could note what it had made.
    await writeFile(join(folder, 'left', 'machines'), '');

    await sandbox.discard('left');

    expect(afterClose).toEqual([]);
    expect(left).toHaveLength(1);
    expect(await machines.sandbox.list()).toEqual([]);
    expect(await sandbox.leftBehind()).toEqual([]);
  });
});

interface Place {
  readonly folder: string;
  readonly logFolder: string;
  readonly sandbox: Sandbox;
  readonly machines: ReturnType<typeof machinesHere>;
}

const opened: Place[] = [];

async function openPlace(
  options: Omit<ProviderOptions, 'config'> & { readonly config?: Partial<MachinesHere> } = {},
): Promise<Place> {
  const temporary = await openTemporaryFolder();
  const folder = join(temporary, 'boxes');
  const config = { folder: machinesBeside(folder), ...options.config };
  const place = {
    folder,
    logFolder: join(temporary, 'logs'),
    sandbox: createMachinesSandbox(folder, { first: 21_400, count: 8 }, { ...options, config }),
    machines: machinesHere(config),
  };
  opened.push(place);
  return place;
}

async function endAll({ machines }: Place): Promise<void> {
  for (const machine of await machines.sandbox.list()) await machine.destroy();
}
