import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { onlyShiki } from './build/only-shiki.ts';
import { precompress } from './build/precompress.ts';

const api = process.env['YUDAI_API'] ?? 'http://127.0.0.1:4747';

export default defineConfig({
  plugins: [onlyShiki('page'), react(), precompress()],
  worker: { format: 'es', plugins: () => [onlyShiki('worker')] },
  server: { port: 5173, proxy: { '/api': { target: api, ws: true } } },
  build: {
    target: 'es2023',
    reportCompressedSize: false,
    // The layout engine of some diagrams, then the grammars of Emacs Lisp and C++; each loads only when something of its kind is shown.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // One chunk, in import order: `zod.config({ jitless: true })` must run before any schema is made.
            { name: 'contract', test: /zod-jitless|[\\/]zod[\\/]|[\\/]contract[\\/]src[\\/]|@orpc/ },
            // What two screens or more are built of: one file instead of a hundred, each of which a browser asks for.
            {
              name: 'ui',
              test: /node_modules[\\/](react|react-dom|scheduler|@mantine|@tanstack|@floating-ui|lucide-react)[\\/]|[\\/]web[\\/]src[\\/](ui|lib)[\\/]/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
});
