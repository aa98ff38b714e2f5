import { z } from 'zod';
import { procedure } from '#access.ts';
import { idSchema } from '#ids.ts';

export const systemInfo = z.object({
  version: z.string(),
  /** local: one owner, no sign-in, loopback only. */
  mode: z.enum(['local', 'team']),
  database: z.enum(['embedded', 'postgres']),
  embedder: z.object({ configured: z.boolean(), model: z.string().nullable(), hint: z.string() }),
  user: z.object({ id: idSchema('user'), name: z.string() }),
});
export type SystemInfo = z.infer<typeof systemInfo>;

export const check = z.object({
  name: z.string(),
  status: z.enum(['ok', 'degraded', 'down']),
  detail: z.string(),
  ms: z.number().nullable(),
});
export const health = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  version: z.string(),
  uptimeSeconds: z.number(),
  checks: z.array(check),
});
export type Health = z.infer<typeof health>;

export const systemContract = {
  info: procedure('person')
    .route({ method: 'GET', path: '/v1/system', summary: 'Version, mode and what is configured', tags: ['system'] })
    .input(z.strictObject({}))
    .output(systemInfo),
};
