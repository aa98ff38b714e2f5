// One database is enough: both plan with the same code and the same statistics.
import type { Id } from '@yudai/contract';
import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { startTestApp, type TestApp } from '#testing/index.ts';

let app: TestApp;
let owner: Id<'user'>;
const projects = Array.from({ length: 5 }, () => newId('project', new Date()));
const [project = newId('project', new Date())] = projects;

/** Ten thousand cards in one project and as many in others, of 4 KB each. */
beforeAll(async () => {
  app = await startTestApp();
  ({ id: owner } = await app.client.accounts.get({}));
  await app.database.asSystem(async (db) => {
    for (const id of projects) {
      await db.execute(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
        values (${id}, ${owner}, 'p', 'connected', 'git', 'https://git.example/a/b', 'ready', now(), now())`);
      await db.execute(
        sql`insert into project_members (project_id, user_id, role, since) values (${id}, ${owner}, 'owner', now())`,
      );
      await db.execute(sql`insert into context_cards (id, project_id, owner_id, title, content, source, category, tokens, position, created_at, updated_at)
        select 'crd_' || ${id.slice(-6)} || lpad(n::text, 20, '0'), ${id}, ${owner}, 'card ' || n, repeat(md5(n::text), 128), 'note', 'other', 100,
          'b' || lpad(to_hex(n), 6, '0') || 'V', now(), now() from generate_series(1, ${id === project ? 10_000 : 2_500}) n`);
    }
  });
  await app.database.pool.query('analyze context_cards');
});
afterAll(() => app.close());

test('ten thousand cards are listed in the order of their index, and one’s place is found by it (D14 Q6)', async () => {
  const inOrder = sql`where project_id = ${project} and removed_at is null order by position, id limit 101`;
  const last = sql`where project_id = ${project} and removed_at is null order by position desc, id desc limit 1`;

  for (const query of [sql`select * from context_cards ${inOrder}`, sql`select position from context_cards ${last}`]) {
    const plan = await planOf(query);
    expect(plan).toMatch(/Index (Only )?Scan (Backward )?using context_cards_in_order/);
    expect(plan).not.toMatch(/Sort|Seq Scan on context_cards/);
  }
});

test('a page of ten thousand holds that page and the sum of all, and the next goes on after it (D14 Q6)', async () => {
  const first = await app.client.cards.list({ projectId: project, limit: 200 });
  const second = await app.client.cards.list({ projectId: project, limit: 200, cursor: first.nextCursor ?? '' });

  expect(first.total).toEqual({ cards: 10_000, tokens: 1_000_000 });
  expect([first.items.at(0)?.title, second.items.at(0)?.title]).toEqual(['card 1', 'card 201']);
  expect(first.items.every(({ excerpt }) => excerpt.length === 200)).toBe(true);
});

async function planOf(query: SQL): Promise<string> {
  const { rows } = await app.database.asUser(owner, (db) =>
    db.execute<{ 'QUERY PLAN': string }>(sql`explain ${query}`),
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
