import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Serves one request of git's smart HTTP with `git http-backend`; resolves when it is answered. */
export function serveGit(
  options: {
    readonly root: string;
    readonly login: string | null;
    /** Runs when git is done, before the caller hears so. */
    readonly onDone: () => Promise<void>;
  },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = /\.git(?=\/)/.test(url.pathname) ? url.pathname : url.pathname.replace(/^(\/[^/]+\/[^/]+)/, '$1.git');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: options.root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      PATH_INFO: decodeURIComponent(path),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
      REMOTE_ADDR: '127.0.0.1',
      ...(options.login === null ? {} : { REMOTE_USER: options.login }),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  response.on('close', () => backend.kill('SIGKILL'));
  backend.stdin.on('error', () => {
    // git answered before it read the whole request.
  });
  request.pipe(backend.stdin);
  return relay(backend.stdout, response, options.onDone);
}

/** Turns CGI output (headers, an empty line, the body) into an HTTP answer. */
function relay(output: NodeJS.ReadableStream, response: ServerResponse, onDone: () => Promise<void>): Promise<void> {
  let head: Buffer | null = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    if (head === null) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    let status = 200;
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    head = null;
  });
  return new Promise((resolve, reject) => {
    output.once('end', () => {
      onDone().then(() => {
        response.end();
        resolve();
      }, reject);
    });
  });
}
