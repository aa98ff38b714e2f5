import { expect, test, vi } from 'vitest';
import { startTeamApp } from '#testing/start-team-app.ts';

test('health tells whether GitHub answers, asks once a minute, and stays ready without it (O2)', async () => {
  const clock = { time: Date.now(), now: () => new Date(clock.time) };
  await using app = await startTeamApp({ clock });
  const { github } = app;
  const health = async () => {
    const { status } = await app.fetch('/health/ready');
    const body: unknown = await (await app.fetch('/health')).json();
    return { status, checks: typeof body === 'object' && body !== null && 'checks' in body ? body.checks : null };
  };
  const probes = () => github.requests().filter(({ path, login }) => path === '/rate_limit' && login === null).length;
  const ok = [expect.objectContaining({ name: 'github', status: 'ok', detail: expect.stringContaining('answers') })];
  const degraded = [expect.objectContaining({ name: 'github', status: 'degraded' })];

  // What is looked at may be slow once on a busy machine; it is looked at again ten seconds later.
  await vi.waitFor(async () => {
    clock.time += 11_000;
    expect(await health()).toEqual({ status: 200, checks: expect.arrayContaining(ok) });
  }, 60_000);
  const before = probes();
  await Promise.all([health(), health()]);
  const asked = probes() - before;
  github.makeTrouble('unreachable');
  clock.time += 61_000;

  await vi.waitFor(
    async () => expect(await health()).toEqual({ status: 200, checks: expect.arrayContaining(degraded) }),
    60_000,
  );
  expect(asked).toBe(0);
});
