#!/usr/bin/env node
import { runCli } from '#program.ts';
import { createCli } from '#run-command.ts';
import { processTerminal } from '#terminal.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
// The answer is written: a connection or timer that still lingers must not keep the shell waiting.
process.exit(await runCli(createCli(processTerminal()), process.argv.slice(2)));
