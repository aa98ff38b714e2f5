#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Compiled code is kept between starts. It has to be on before anything big is loaded, hence the imports inside.
enableCompileCache();
const [{ runCli }, { createCli }, { processTerminal }] = await Promise.all([
  import('#program.ts'),
  import('#run-command.ts'),
  import('#terminal.ts'),
]);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
// The answer is written: a connection or timer that still lingers must not keep the shell waiting.
process.exit(await runCli(createCli(processTerminal()), process.argv.slice(2)));
