// Starts the built product for the browser tests, on a data directory that is removed afterwards.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [port = '4799'] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), 'yudai-e2e-'));
// Boxes lie in it, and each belongs to a user of its own, who has to pass.
chmodSync(data, 0o711);
const cli = join(import.meta.dirname, '..', 'packages', 'cli', 'src', 'main.ts');
// Every answered request would drown what the tests say.
const env = { YUDAI_LOG_LEVEL: 'warn', ...process.env };
const server = spawn(process.execPath, [cli, 'start', '--port', port, '--data', data], { stdio: 'inherit', env });

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill('SIGTERM'));
server.on('exit', (code) => {
  // The disk of a box that was at work stays mounted, for the server that goes on with it.
  for (const place of mountsIn(data)) spawnSync('umount', ['--lazy', place]);
  rmSync(data, { recursive: true, force: true });
  process.exit(code ?? 1);
});

function mountsIn(folder) {
  try {
    const places = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '');
    return places.filter((place) => place.startsWith(`${folder}/`)).toReversed();
  } catch {
    return []; // No Linux, no boxes.
  }
}
