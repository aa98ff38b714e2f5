import { enableCompileCache } from 'node:module';

// It has to be on before anything big is loaded, hence the import inside; and no TypeScript, because to read the first file of it takes 80 ms.
enableCompileCache();
await import('./starter-process.ts');
