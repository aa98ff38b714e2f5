import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { createSecrets } from '#platform/secrets/index.ts';
import { openTestDatabase } from '#testing/open-test-database.ts';
import { startTeamApp } from '#testing/start-team-app.ts';

const [first, second] = ['kT7w-zQ4p_Vn2xR9mB6yH3dL8sF5gJ1c', 'Wq8_rN3k-Xz6vT1mP9bY4hD7sG2fL5jC'];

test('a new key opens what the old one has sealed, and after one start the old one is needed no more (B7)', async () => {
  const database = await openTestDatabase();
  const keep = { ...database, close: async () => undefined };
  const sealed = async () => {
    const { rows } = await database.asSystem((db) =>
      db.execute<{ text: string }>(sql`select access_token as text from github_connections`),
    );
    return rows[0]?.text ?? '';
  };
  const before = await startTeamApp({ database: keep, env: { YUDAI_SECRET: first } });
  const ada = await before.signIn('ada');
  const old = await sealed();

  const rotated = await startTeamApp({
    database: keep,
    github: before.github,
    env: { YUDAI_SECRET: second, YUDAI_SECRET_PREVIOUS: first },
  });
  await expect.poll(sealed, { timeout: 30_000 }).not.toBe(old);
  const { id } = await ada.client.accounts.get({});
  const alone = await createSecrets({ dataDir: '/nowhere', secret: { current: new Secret(second), previous: null } });
  const token = alone.open(await sealed(), [id, 'github_connections', 'access_token']);

  expect(before.github.tokens()).toContain(token);
  await rotated.app.close();
  await before.close();
  await database.close();
});
