// Run by the tests as a process of its own: uses an embedded database a little and tells its largest memory in megabytes.
import { pino } from 'pino';
import { openDatabase } from '../open-database.ts';

const [dataDir = ''] = process.argv.slice(2);
const database = await openDatabase({ dataDir, log: pino({ level: 'silent' }) });
for (let n = 0; n < 100; n += 1) await database.pool.query('select count(*) + $1::int from pg_class', [n]);
process.send?.(process.resourceUsage().maxRSS / 1024);
await database.close();
process.disconnect?.();
