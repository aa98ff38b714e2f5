// Run by the tests as a process of its own: says that it begins, then opens and migrates a database of the embedded engine.
import { pino } from 'pino';
import { openDatabase } from '../open-database.ts';

const [dataDir = ''] = process.argv.slice(2);
const database = await openDatabase({
  dataDir,
  log: pino({ level: 'silent' }),
  onStage: (stage) => process.send?.(stage),
});
await database.close();
process.disconnect?.();
