// Run by the tests as a process of its own: commits batches of ten rows and reports each commit, until it is killed.
import { pino } from 'pino';
import { openDatabase } from '../open-database.ts';

const [dataDir = ''] = process.argv.slice(2);
const database = await openDatabase({ dataDir, log: pino({ level: 'silent' }) });
await database.pool.query(
  'create table if not exists written (batch int, item int, text text, primary key (batch, item))',
);
const { rows } = await database.pool.query<{ last: number }>('select coalesce(max(batch), 0) as last from written');

for (let batch = (rows[0]?.last ?? 0) + 1; ; batch += 1) {
  const client = await database.pool.connect();
  await client.query('begin');
  for (let item = 0; item < 10; item += 1) {
    await client.query('insert into written values ($1, $2, $3)', [batch, item, 'x'.repeat(500)]);
  }
  await client.query('commit');
  client.release();
  process.send?.(batch);
}
