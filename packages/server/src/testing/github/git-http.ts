import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { sharedStarter } from '@yudai/engine/processes';

/** Serves one request of git's smart HTTP with `git http-backend`; resolves when it is answered. */
export async function serveGit(
  options: {
    readonly root: string;
    readonly login: string | null;
    /** Runs when git is done, before the caller hears so. */
    readonly onDone: () => Promise<void>;
  },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const hungUp = new AbortController();
  response.once('close', () => hungUp.abort());
  // Started by the small process, because that of the tests is large.
  const { stdout } = await sharedStarter().run({
    program: 'git',
    args: ['http-backend'],
    env: { ...gatewayOf(request), GIT_PROJECT_ROOT: options.root, ...remoteUser(options.login) },
    input: await buffer(request),
    maxOutput: 1 << 28,
    signal: hungUp.signal,
  });
  await options.onDone();
  answer(stdout, response);
}

/** What CGI says of a request, and how git is set up. */
function gatewayOf({ url: address = '/', method = 'GET', headers }: IncomingMessage): Record<string, string> {
  const url = new URL(address, 'http://localhost');
  const path = /\.git(?=\/)/.test(url.pathname) ? url.pathname : url.pathname.replace(/^(\/[^/]+\/[^/]+)/, '$1.git');
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    PATH_INFO: decodeURIComponent(path),
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: method,
    CONTENT_TYPE: headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
    GIT_PROTOCOL: headers['git-protocol']?.toString() ?? '',
    REMOTE_ADDR: '127.0.0.1',
  };
}

function remoteUser(login: string | null): Record<string, string> {
  return login === null ? {} : { REMOTE_USER: login };
}

/** Turns CGI output (headers, an empty line, the body) into an HTTP answer. */
function answer(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  let status = 200;
  for (const line of output.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n')) {
    const [name = '', value = ''] = line.split(': ');
    if (name === 'Status') status = Number.parseInt(value, 10);
    else if (name !== '') response.setHeader(name, value);
  }
  response.writeHead(status);
  response.end(output.subarray(end + 4));
}
