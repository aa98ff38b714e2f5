import { enableCompileCache } from 'node:module';

// A thread does not take over that compiled code is kept. It has to be on before anything big is loaded, hence the import inside.
enableCompileCache();
await import('./reader-thread.ts');
