import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { createClient } from '@yudai/contract/client';

export const client = createClient({ url: window.location.origin });

/** Query options, keys and mutations of every procedure. */
export const api = createTanstackQueryUtils(client);
