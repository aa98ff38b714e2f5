import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { emptyGrammars } from './build/empty-grammars.ts';
import { precompress } from './build/precompress.ts';

const api = process.env['YUDAI_API'] ?? 'http://127.0.0.1:4747';

export default defineConfig({
  plugins: [react(), precompress()],
  resolve: {
    // Only the languages that Yudai shows in colour: the full set of grammars would make up nine tenths of the build.
    alias: { 'shiki/langs': new URL('src/features/codebase/viewer/grammars.ts', import.meta.url).pathname },
  },
  worker: { format: 'es', plugins: () => [emptyGrammars()] },
  server: { port: 5173, proxy: { '/api': { target: api, ws: true } } },
  build: {
    target: 'es2023',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // `zod.config({ jitless: true })` must run before any schema is made, so it and the schemas share the entry chunk.
      output: { entryFileNames: 'assets/app-[hash].js' },
    },
  },
});
