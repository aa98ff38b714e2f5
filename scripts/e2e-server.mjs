// Starts the built product for the browser tests, on a data directory that is removed afterwards.
import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { copyEmbeddedTemplate } from '../packages/server/src/testing/open-test-database.ts';
import { removeData } from '../packages/server/src/testing/remove-data.ts';

const [port = '4799'] = process.argv.slice(2);
// Migrated and empty: making one takes each server longer than all else, and is tried where the database is.
const data = await copyEmbeddedTemplate();
// Boxes lie in it, and each belongs to a user of its own, who has to pass.
chmodSync(data, 0o711);
const cli = join(import.meta.dirname, '..', 'packages', 'cli', 'src', 'main.ts');
// Every answered request would drown what the tests say.
const env = { YUDAI_LOG_LEVEL: 'warn', YUDAI_SANDBOX_FOLDER: data, ...process.env };
const server = spawn(process.execPath, [cli, 'start', '--port', port, '--data', data], { stdio: 'inherit', env });

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => server.kill('SIGTERM'));
server.on('exit', (code) => {
  removeData(data);
  process.exit(code ?? 1);
});
