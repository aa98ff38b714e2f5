// Run by the tests as a process of its own: takes a data directory, says so, and holds it until it is killed.
import { lockDirectory } from '../directory-lock.ts';

const [directory = '', url = ''] = process.argv.slice(2);
try {
  const lock = await lockDirectory(directory);
  if (url !== '') await lock.publish(url);
  process.send?.('held');
} catch (error) {
  process.send?.(error instanceof Error ? error.message : String(error));
  process.disconnect?.();
}
process.on('message', () => undefined);
