import pg from 'pg';
import type { Id } from '../../packages/contract/src/index.ts';
import { type Database, openDatabase } from '../../packages/server/src/platform/db/index.ts';

/** How much a database holds. The signed-in person has a share of it, named here as well; the rest is other people's. */
export interface Volumes {
  readonly users: number;
  readonly projects: number;
  readonly ownProjects: number;
  /** Projects with 200 rows of files each. */
  readonly populated: number;
  /** Files of the one large project, in directories of a thousand. */
  readonly files: number;
  readonly jobs: number;
  readonly ownJobs: number;
  readonly events: number;
  /** Of these, in the person's own feed. */
  readonly ownEvents: number;
}

export const expected: Volumes = {
  users: 1000,
  projects: 10_000,
  ownProjects: 1000,
  populated: 500,
  files: 100_000,
  jobs: 5000,
  ownJobs: 2500,
  events: 50_000,
  ownEvents: 10_000,
};

/** As little as gives every question an answer as long as at the expected volumes, so that a ratio tells of volume alone. */
export const nearlyEmpty: Volumes = {
  users: 1,
  projects: 101,
  ownProjects: 101,
  populated: 1,
  files: 1000,
  jobs: 101,
  ownJobs: 101,
  events: 101,
  ownEvents: 101,
};

const quiet = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** Writes rows as the product writes them into a database that a server has made and left. Where Postgres would, statistics are gathered. */
export async function fill(
  target: { readonly dataDir: string; readonly url: string | undefined },
  ownerId: Id<'user'>,
  volumes: Volumes,
): Promise<void> {
  const { dataDir, url } = target;
  const database = await openDatabase(url === undefined ? { dataDir, log: quiet } : { url, dataDir, log: quiet });
  try {
    for (const [text, values] of statements(ownerId, volumes)) await write(database, text, values);
    // Autovacuum does it within a minute of such a change; the embedded database has no autovacuum.
    if (url !== undefined) await analyze(url);
  } finally {
    await database.close();
  }
}

/** The id of the nth project or job; the first project is the large one, the second has 200 rows. */
export function numberedId(prefix: 'prj' | 'job', n: number): string {
  return `${prefix}_${String(n).padStart(26, '0')}`;
}

async function write(database: Database, text: string, values: readonly unknown[]): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    await client.query('set local role yudai_system');
    await client.query('set local statement_timeout = 0');
    await client.query(text, [...values]);
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function analyze(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('analyze');
  await client.end();
}

type Statement = readonly [text: string, values: readonly unknown[]];

const id = (prefix: string, n: string) => `'${prefix}_' || lpad((${n})::text, 26, '0')`;
// The first are the person's own, the others go round.
const ownerOf = (n: string, own: number, users: number) =>
  `case when ${n} <= ${own} then $1 else ${id('usr', `1 + ${n} % ${Math.max(1, users - 1)}`)} end`;

function statements(ownerId: Id<'user'>, volumes: Volumes): Statement[] {
  return [
    [
      `insert into users (id, name, created_at) select ${id('usr', 'n')}, 'Person ' || n, now() from generate_series(1, $1) n`,
      [volumes.users - 1],
    ],
    ...projectStatements(ownerId, volumes),
    ...jobStatements(ownerId, volumes),
    ...liveStatements(ownerId, volumes),
  ];
}

function projectStatements(
  ownerId: Id<'user'>,
  { projects, ownProjects, populated, files, users }: Volumes,
): Statement[] {
  const owner = ownerOf('n', ownProjects, users);
  // Every so many-th project from the second on has files: some of the person's own, most of other people's.
  const step = Math.max(1, Math.floor(projects / populated));
  const listed = `(select 2 + (k - 1) * ${step} as n from generate_series(1, ${populated}) k) p`;
  const columns =
    'project_id, path, parent, kind, blob, size, tokens, files, lines, language, category, skipped, facts';
  const file = (path: string) =>
    `'file', md5(${path}) || '00000000', 1200, 300, 1, 40, 'TypeScript', 'source', null, null`;
  const directory = `'directory', null, 1200, 300, 1, 40, null, null, null, null`;
  const large = numberedId('prj', 1);
  return [
    [
      `insert into projects (id, owner_id, name, origin, source_kind, source_address, status, commit, file_count, created_at, updated_at, indexed_at)
       select ${id('prj', 'n')}, ${owner}, 'Project ' || n, 'connected', 'git', 'https://git.example.org/team/project-' || n, 'ready', repeat('a', 40),
         200, now() - n * interval '1 minute', now(), now() from generate_series(1, $2::int) n`,
      [ownerId, projects],
    ],
    [
      `insert into project_members (project_id, user_id, role, since) select id, owner_id, 'owner', created_at from projects on conflict do nothing`,
      [],
    ],
    [
      `insert into codebase_snapshots (project_id, tree, facts_version, analysis_id)
       select ${id('prj', 'n')}, repeat('b', 40), 1, ${id('ana', 'n')} from (select 1 as n union all select n from ${listed}) s`,
      [],
    ],
    [
      `insert into codebase_analyses (id, project_id, job_id, status, commit, created_at, started_at, completed_at)
       select ${id('ana', 'n')}, ${id('prj', 'n')}, ${id('job', '900000 + n')}, 'completed', repeat('a', 40), now(), now(), now()
       from (select 1 as n union all select n from ${listed}) s`,
      [],
    ],
    [
      `insert into codebase_files (${columns})
       select ${id('prj', 'n')}, 'src/part-' || d, 'src', ${directory} from ${listed}, generate_series(1, 9) d
       union all select ${id('prj', 'n')}, 'src', '', ${directory} from ${listed}
       union all select ${id('prj', 'n')}, path, left(path, -length('/' || f || '.ts')), ${file('path')}
       from ${listed}, generate_series(1, 190) f, lateral (select 'src/part-' || (1 + f % 9) || '/' || f || '.ts' as path) named`,
      [],
    ],
    [
      `insert into codebase_files (${columns})
       select '${large}', path, parent, ${file('path')} from generate_series(0, $1::int - 1) f,
         lateral (select 'src/part-' || f / 1000 || '/deep/er' as parent) placed, lateral (select parent || '/file-' || f || '.ts' as path) named
       union all select '${large}', path, left(path, greatest(0, length(path) - length(name) - 1)), ${directory}
       from generate_series(0, ($1::int - 1) / 1000) d, lateral (values ('src/part-' || d, 'part-' || d), ('src/part-' || d || '/deep', 'deep'),
         ('src/part-' || d || '/deep/er', 'er')) named (path, name)
       union all select '${large}', 'src', '', ${directory}
       union all select '${large}', path, '', ${file('path')} from generate_series(1, 40) f, lateral (select 'notes-' || f || '.md' as path) named`,
      [files],
    ],
    [`update codebase_files set skipped = 'generated' where project_id = $1 and path like '%7.ts'`, [large]],
  ];
}

function jobStatements(ownerId: Id<'user'>, { jobs, ownJobs, ownProjects, users }: Volumes): Statement[] {
  const owner = ownerOf('n', ownJobs, users);
  return [
    [
      `insert into jobs (id, owner_id, project_id, kind, title, payload, status, progress, result, error, origin_node, remaining_ms, created_at, started_at, finished_at)
       select ${id('job', 'n')}, ${owner}, ${id('prj', `1 + n % ${ownProjects}`)}, 'codebase.index', 'Index project ' || n, '{}',
         case when n % 10 = 0 then 'failed' else 'completed' end, 100, case when n % 10 > 0 then '{"files":200}'::jsonb end,
         case when n % 10 = 0 then '{"code":"internal","message":"It failed."}'::jsonb end, 'bench', 0, at, at, at
       from generate_series(1, $2::int) n, lateral (select now() - n * interval '3 minutes' as at) times`,
      [ownerId, jobs],
    ],
    [
      `insert into job_steps (job_id, name, number, status, attempt, started_at, finished_at)
       select id, 'step-' || s, s, 'completed', 1, created_at, created_at from jobs, generate_series(1, 3) s where origin_node = $1`,
      ['bench'],
    ],
  ];
}

function liveStatements(
  ownerId: Id<'user'>,
  { events, ownEvents, projects, users, ownProjects }: Volumes,
): Statement[] {
  const ofProject = 100;
  const topics = Math.min(projects, Math.floor((events - ownEvents) / ofProject));
  const data = (n: string) => `jsonb_build_object('projectId', ${id('prj', n)}, 'change', 'updated')`;
  return [
    [
      `insert into live_topics (topic, owner_id, last_seq) values ('user:' || $1, $1, $2::int)
       on conflict (topic) do update set last_seq = $2::int`,
      [ownerId, ownEvents],
    ],
    [
      `insert into live_events (topic, seq, type, data, at) select 'user:' || $1::text, n, 'project_update', ${data('1')}, now()
       from generate_series(1, $2::int) n on conflict do nothing`,
      [ownerId, ownEvents],
    ],
    [
      `insert into live_topics (topic, owner_id, project_id, last_seq)
       select 'project:' || ${id('prj', 'n')}, ${ownerOf('n', ownProjects, users)}, ${id('prj', 'n')}, ${ofProject} from generate_series(1, $2::int) n`,
      [ownerId, topics],
    ],
    [
      `insert into live_events (topic, seq, type, data, at)
       select 'project:' || ${id('prj', 'n')}, e, 'project_update', ${data('n')}, now()
       from generate_series(1, $1::int) n, generate_series(1, ${ofProject}) e`,
      [topics],
    ],
  ];
}
