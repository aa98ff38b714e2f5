import { z } from 'zod';

// Zod probes `new Function` when it makes an object schema, which the CSP refuses; imported before any schema exists.
z.config({ jitless: true });
