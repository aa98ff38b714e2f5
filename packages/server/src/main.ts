import { enableCompileCache } from 'node:module';

// Compiled code is kept between starts. It has to be on before anything big is loaded, hence the import inside.
enableCompileCache();
const { runCommand } = await import('./app/run-command.ts');
process.exitCode = await runCommand(process.argv.slice(2));
