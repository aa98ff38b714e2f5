import { enableCompileCache } from 'node:module';

// It has to be on before anything big is loaded, hence the import inside.
enableCompileCache();
await import('./extract-process.ts');
