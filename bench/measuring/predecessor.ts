import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

export interface Predecessor {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** How a bench says which predecessor stands beside it. */
export const predecessorUsage = `
  --predecessor <command>   starts the predecessors' server on the port $PORT of the loopback, with the model at $LLM_URL; its
                            /relay, /ws/<room> and /bcast/<room> are measured in the same run. It must not fork. An example:
                            'env -C <folder>/predecessor STACK=yudai python3 -m uvicorn api:app --port $PORT --log-level warning'`;

/** Starts a predecessor's server by a shell command; undefined for an empty one. Throws when it is not healthy within 60 s. */
export async function startPredecessor(command: string, modelUrl: string): Promise<Predecessor | undefined> {
  if (command === '') return undefined;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn('sh', ['-c', `exec ${command}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PORT: String(port), LLM_URL: new URL(modelUrl).origin },
  });
  // However we end.
  process.once('exit', () => child.kill());
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for (let attempt = 0; !(await isHealthy(url)); attempt += 1) {
    if (attempt === 240 || child.exitCode !== null) {
      child.kill();
      throw new Error('The predecessor did not become healthy.');
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return {
    pid: child.pid ?? 0,
    url,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    // Not there yet.
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
