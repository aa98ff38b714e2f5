import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { defineProvider } from '@computesdk/provider';

/** A hosting provider for tests, made as those of ComputeSDK are. Its machines are real processes with a root folder of their own, and outlive who made them. */
export interface MachinesHere {
  /** Where their folders are. With its folder a machine ends. */
  readonly folder: string;
  /** Programs that its machines lack. */
  readonly without?: readonly string[];
  /** The longest file that can be written to them. */
  readonly mostWritten?: number;
  /** As providers have one; it must be seen nowhere. */
  readonly apiKey?: string;
  /** Who its commands are, if not root: a number that nobody has. */
  readonly user?: number;
  /** Of how many questions one is not answered, after the machine has done its part. */
  readonly lostOf?: number;
}

interface Here {
  readonly id: string;
  readonly folder: string;
  readonly metadata: unknown;
  readonly mostWritten: number;
  readonly user: number | null;
  readonly lostOf: number | null;
  asked: number;
}

const run = promisify(execFile);
/** Tests that make a machine lie put programs into the first of them. */
const path = '/opt/bin:/opt/node:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const machinesHere = defineProvider<Here, MachinesHere>({
  name: 'machines-here',
  methods: {
    sandbox: {
      async create({ folder, without = [], mostWritten = 10_000_000, apiKey, user = null, lostOf = null }, options) {
        if (options?.['refuse'] === true) throw new Error(`Nobody may do that with the key ${apiKey}.`);
        const id = randomUUID().slice(0, 8);
        const here: Here = {
          id,
          folder: join(folder, id),
          metadata: options?.metadata,
          mostWritten,
          user,
          lostOf,
          asked: 0,
        };
        await mkdir(here.folder, { recursive: true });
        await chmod(folder, 0o755);
        await writeFile(join(here.folder, 'metadata.json'), JSON.stringify(here.metadata));
        const script = join(import.meta.dirname, 'machine-here.sh');
        const namespaces = ['--mount', '--pid', '--ipc', '--uts', '--net', '--fork', '--kill-child'];
        const child = spawn(
          'unshare',
          [...namespaces, 'bash', script, here.folder, dirname(process.execPath), ...without],
          {
            detached: true,
            stdio: 'ignore',
          },
        );
        child.unref();
        while (!(await isUp(here))) await wait(20);
        if (user !== null) {
          const home = join(here.folder, 'root', 'home', 'user');
          await mkdir(home);
          await chown(home, user, user);
        }
        await writeFile(join(here.folder, 'pid'), String(child.pid));
        return { sandbox: here, sandboxId: id };
      },
      async getById({ folder }, id) {
        const here = await hereOf(folder, id);
        return here === null || (await initOf(here)) === null ? null : { sandbox: here, sandboxId: id };
      },
      async list({ folder }) {
        const ids = await readdir(folder).catch(() => []);
        const found = await Promise.all(ids.map((id) => hereOf(folder, id)));
        return found.flatMap((here) => (here === null ? [] : [{ sandbox: here, sandboxId: here.id }]));
      },
      async destroy({ folder }, id) {
        const here = await hereOf(folder, id);
        if (here === null) return;
        const init = await initOf(here);
        if (init !== null) process.kill(init, 'SIGKILL');
        while ((await initOf(here)) !== null) await wait(20);
        await rm(here.folder, { recursive: true, force: true });
      },
      async runCommand(here, command) {
        const started = performance.now();
        const init = await initOf(here);
        if (init === null) throw new Error(`There is no machine ${here.id}.`);
        const inside = ['-t', String(init), '-m', '-p', '-i', '-u', '-n', '--root', '--wd=/'];
        const { user } = here;
        const home = user === null ? '/root' : '/home/user';
        const become = user === null ? [] : ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
        const shell = [...become, 'env', '-i', `PATH=${path}`, `HOME=${home}`, 'sh', '-c', command];
        const answer = await run('nsenter', [...inside, ...shell], { maxBuffer: 64 * 1024 * 1024, cwd: '/' }).then(
          ({ stdout, stderr }) => ({ stdout, stderr, exitCode: 0 }),
          (error: { stdout?: string; stderr?: string; code?: number }) => ({
            stdout: error.stdout ?? '',
            stderr: error.stderr ?? '',
            exitCode: error.code ?? 1,
          }),
        );
        if (/ (poll|changes|fetch|agree|report) /.test(`${command} `)) here.asked += 1;
        if (here.lostOf !== null && here.asked > 0 && here.asked % here.lostOf === 0)
          throw new Error('503 Service Unavailable');
        return { ...answer, durationMs: performance.now() - started };
      },
      async getInfo({ id }) {
        return { id, provider: 'machines-here', status: 'running', createdAt: new Date(), timeout: 0 };
      },
      async getUrl() {
        throw new Error('Nothing is reached from outside.');
      },
      filesystem: {
        readFile: (here, at) => readFile(join(here.folder, 'root', at), 'utf8'),
        async writeFile(here, at, content) {
          if (content.length > here.mostWritten) throw new Error('Argument list too long');
          await writeFile(join(here.folder, 'root', at), content);
        },
        mkdir: async (here, at) => void (await mkdir(join(here.folder, 'root', at), { recursive: true })),
        readdir: () => Promise.reject(new Error('Not supported.')),
        exists: () => Promise.reject(new Error('Not supported.')),
        remove: () => Promise.reject(new Error('Not supported.')),
      },
    },
  },
});

async function isUp({ folder }: Here): Promise<boolean> {
  return readFile(join(folder, 'root', 'run', 'up')).then(
    () => true,
    () => false,
  );
}

async function hereOf(folder: string, id: string): Promise<Here | null> {
  const metadata = await readFile(join(folder, id, 'metadata.json'), 'utf8').catch(() => null);
  return metadata === null
    ? null
    : {
        id,
        folder: join(folder, id),
        metadata: JSON.parse(metadata),
        mostWritten: 10_000_000,
        user: null,
        lostOf: null,
        asked: 0,
      };
}

/** The first process of a machine, as this one sees it; null when it has ended. */
async function initOf({ folder }: Here): Promise<number | null> {
  const outer = await readFile(join(folder, 'pid'), 'utf8').catch(() => null);
  if (outer === null) return null;
  const children = await readFile(`/proc/${outer}/task/${outer}/children`, 'utf8').catch(() => '');
  const [init] = children
    .trim()
    .split(' ')
    .filter((pid) => pid !== '');
  return init === undefined ? null : Number(init);
}
