import { enableCompileCache, flushCompileCache } from 'node:module';

// A thread does not take over that compiled code is kept. It has to be on before anything big is loaded, hence the import inside; and no
// TypeScript, because to read the first file of it takes 80 ms.
enableCompileCache();
await import('./reader-thread.ts');
// It never ends by itself, and who is ended keeps nothing for the next.
flushCompileCache();
