// One database is enough: this is about a stream; what goes through it is stored and read on both by platform/live.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTestApp } from '#testing/start-test-app.ts';

test('the stream of a job tells the documented events, ends with the job, and asks nobody to come back (E12)', async () => {
  // The only app of this file: the job engine is one for each process.
  await using app = await startTestApp({ listen: true });
  const [ada, bob] = [await app.as('ada'), await app.as('bob')];
  const folder = await mkdtemp(join(tmpdir(), 'yudai-stream-'));
  await writeFile(join(folder, 'a.ts'), 'export const a = 1;\n');
  const { job } = await ada.client.projects.connect({ source: { kind: 'folder', path: folder } });
  const path = `/api/v1/jobs/${job.id}/stream`;

  // The body ends by itself: nothing here closes the connection.
  const text = await (await fetch(`${app.url}${path}`, { headers: ada.headers })).text();
  const events = [...text.matchAll(/event: (\w+)\nid: (.*)\ndata: (.*)/g)].map(([, event, id, data]) => ({
    event,
    id,
    data,
  }));
  const again = await ada.fetch(path, { headers: { 'last-event-id': events.at(-1)?.id ?? '' } });
  const anew = await ada.fetch(path);

  const names = new Set(events.map(({ event }) => event));
  expect(['status', 'progress', 'result', 'error', 'heartbeat']).toEqual(expect.arrayContaining([...names]));
  expect(JSON.parse(events.at(-1)?.data ?? '{}')).toMatchObject({ type: 'status', data: { status: 'completed' } });
  expect(names).toContain('result');
  expect(again.status).toBe(204);
  expect(await anew.text()).toContain('event: result');
  expect((await bob.fetch(path)).status).toBe(404);
  await rm(folder, { recursive: true });
});
