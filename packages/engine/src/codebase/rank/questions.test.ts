import { expect, test } from 'vitest';
import { searchCodebase } from '../search/index.ts';
import { indexOf } from './testing/index-of.ts';

// A small service as people write one: the words of a question stand in names, comments and messages, never as the question has them.
const files = {
  'src/http/router.ts':
    'export class Router {\n  private readonly routes = new Map();\n  register(method, pattern, handler) {\n    this.routes.set(method + pattern, handler);\n  }\n  dispatch(request) {\n    return this.routes.get(request.method + request.url)?.(request);\n  }\n}\n',
  'src/http/errors.ts':
    'export class NotFoundError extends Error {}\n\n/** Turns whatever a handler throws into a response. */\nexport function handleError(error, response) {\n  response.status = error instanceof NotFoundError ? 404 : 500;\n  return response;\n}\n',
  'src/auth/session.ts':
    'const maxAge = 3600;\n\nexport function createSession(user) {\n  return { user, expiresAt: Date.now() + maxAge * 1000 };\n}\n\nexport function isExpired(session) {\n  return session.expiresAt < Date.now();\n}\n',
  'src/auth/passwords.ts':
    "import { scrypt } from 'node:crypto';\n\n// Salted, so that equal passwords differ.\nexport function hashPassword(password, salt) {\n  return scrypt(password, salt, 64);\n}\n",
  'src/queue/worker.ts':
    'const backoff = [1, 5, 30];\n\nexport async function runJob(job) {\n  for (const seconds of backoff) {\n    try {\n      return await job.run();\n    } catch {\n      await wait(seconds); // try again later\n    }\n  }\n}\n',
  'src/queue/schedule.ts': 'export function nextRun(cron, now) {\n  return cron.next(now);\n}\n',
  'src/storage/upload.ts':
    "const largestFile = 10 * 1024 * 1024;\n\nexport function saveUpload(file) {\n  if (file.size > largestFile) throw new RangeError('file too large');\n  return file.stream();\n}\n",
  'src/mail/sender.ts':
    'export function sendMail(to, subject, body) {\n  return smtp.deliver({ to, subject, body });\n}\n',
  'src/config/load.ts':
    'export function loadConfig(path) {\n  return { port: Number(process.env.PORT ?? 8080), path };\n}\n',
  'test/session.test.ts':
    "test('a session that is expired is refused', () => {\n  expect(isExpired({ expiresAt: 0 })).toBe(true);\n});\n",
  'docs/handling.md':
    '# How it works\n\nWhere things are handled: requests, errors, sessions, jobs, uploads and mail are explained here.\n',
};

test.for([
  ['Where are errors handled?', 'src/http/errors.ts'],
  ['where do we handle a thrown error and turn it into a response', 'src/http/errors.ts'],
  ['How does the router dispatch requests?', 'src/http/router.ts'],
  ['how does routing work', 'src/http/router.ts'],
  ['When do sessions expire?', 'src/auth/session.ts'],
  ['What happens when a job fails and is tried again?', 'src/queue/worker.ts'],
  ['how are passwords hashed', 'src/auth/passwords.ts'],
  ['Which code decides that an uploaded file is too large?', 'src/storage/upload.ts'],
  ['who sends mail', 'src/mail/sender.ts'],
  ['Where is the configuration loaded from?', 'src/config/load.ts'],
])('the question "%s" is answered by %s first (G12)', async ([query = '', expected]) => {
  const { index, readText } = await indexOf(files);

  const { hits } = await searchCodebase(
    { index, readText, commit: 'c' },
    { query, mode: 'ranked', limit: 5 },
    new AbortController().signal,
  );

  expect(hits[0]?.path).toBe(expected);
});

test('a question is answered with the definition that it is about', async () => {
  const { index, readText } = await indexOf(files);
  const symbolOf = async (query: string) => {
    const { hits } = await searchCodebase(
      { index, readText, commit: 'c' },
      { query, mode: 'ranked', limit: 1 },
      new AbortController().signal,
    );
    return hits[0]?.symbol?.name;
  };

  expect(await symbolOf('who sends mail')).toBe('sendMail');
  expect(await symbolOf('how are passwords hashed')).toBe('hashPassword');
  // Of the definitions that stand in one stretch, the one whose name is asked about.
  expect(await symbolOf('Where are errors handled?')).toBe('handleError');
  expect(await symbolOf('how does a session expire')).toBe('isExpired');
});
