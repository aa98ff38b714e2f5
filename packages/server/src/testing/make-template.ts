import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { type Database, openDatabase } from '#platform/db/index.ts';
import { createEngine } from '#platform/jobs/engine.ts';

/**
 * Makes the database that tests copy: every migration, and the journal of the jobs, which DBOS makes with migrations of its own. Opening the
 * journal on a database without it takes longer than all else that starts an app. In a process of its own: a process has one journal, and
 * making an embedded database leaves it 300 MB larger.
 *
 *     node make-template.ts --data-dir <dir> | --url <postgres>
 */
const { values } = parseArgs({ options: { 'data-dir': { type: 'string' }, url: { type: 'string' } } });
const log = pino({ level: 'silent' });

const database = await openDatabase(
  values.url === undefined ? { dataDir: values['data-dir'] ?? '', log } : { url: values.url, log },
);
const journal = createEngine({ pool: database.pool, nodeId: 'template', log, perform: async () => {} });
await journal.launch();
await journal.shutdown();
if (database.kind === 'embedded') await makeSmall(database);
await database.close();

/** From 42 MB to 11, which is what every test copies: without the databases nobody opens, and with a log that begins anew, empty. */
async function makeSmall({ pool }: Database): Promise<void> {
  const client = await pool.connect();
  for (const statement of [
    'update pg_database set datistemplate = false',
    'drop database template0',
    'drop database template1',
    'set wal_recycle = off',
    'set wal_init_zero = off',
    'select pg_switch_wal()',
    'checkpoint',
  ])
    await client.query(statement);
  client.release();
}
