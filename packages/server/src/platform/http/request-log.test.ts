import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startTestApp } from '#testing/index.ts';

// One database is enough: this is about lines of the log.

test('every request is one line: method, path, status, ms and id, without its query or body (N6 N7)', async () => {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString('utf8')) as Record<string, unknown>);
      done();
    },
  });
  await using app = await startTestApp({ log: pino(sink) });

  const response = await app.fetch('/api/v1/projects?query=private-words', { headers: { 'x-request-id': 'asked-1' } });
  await response.text();

  const told = lines.filter((line) => JSON.stringify(line).includes('asked-1'));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ method: 'GET', status: 200, requestId: 'asked-1' });
  expect(told[0]?.['ms']).toEqual(expect.any(Number));
  expect(JSON.stringify(told[0])).toContain('/api/v1/projects');
  expect(JSON.stringify(lines)).not.toContain('private-words');
});
