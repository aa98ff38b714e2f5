import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@yudai/contract/client';

/** The real server in a process of its own, so that it can be killed. */
export interface TestServer {
  readonly client: Client;
  readonly url: string;
  /** kill -9; resolves when the process is gone. May be called again. */
  kill(): Promise<void>;
}

/** Starts the server on a data directory, with these variables on top of the test's own. Throws with its log when it does not start. */
export async function startServer(dataDir: string, more: Readonly<Record<string, string>>): Promise<TestServer> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const env = {
    ...process.env,
    YUDAI_SANDBOX_FOLDER: dataDir,
    ...more,
    YUDAI_ENV: 'test',
    YUDAI_DATA: dataDir,
    YUDAI_PORT: '0',
    YUDAI_DATABASE_URL: '',
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    log += `${line}\n`;
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      client: createClient({ url }),
      url,
      kill: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }
  child.kill('SIGKILL');
  throw new Error(`The server did not start:\n${log}`);
}
