import { defineConfig } from 'drizzle-kit';

// Paths are relative to the repository's root, where `npm run db:generate` runs.
export default defineConfig({
  dialect: 'postgresql',
  schema: ['packages/server/src/features/*/schema.ts', 'packages/server/src/platform/*/schema.ts'],
  // Elsewhere for the test that nothing is missing from the migrations.
  out: process.env['MIGRATIONS_FOLDER'] ?? 'packages/server/src/platform/db/migrations',
  entities: { roles: false },
  breakpoints: true,
});
