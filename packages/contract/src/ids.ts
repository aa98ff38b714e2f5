import { z } from 'zod';

/** Every kind of thing that has an id, and the prefix that its ids carry. */
export const idPrefixes = {
  user: 'usr',
  project: 'prj',
  job: 'job',
  analysis: 'ana',
  authSession: 'aus',
  apiKey: 'key',
  invitation: 'inv',
  session: 'ses',
  message: 'msg',
  attachment: 'att',
  memory: 'mem',
  card: 'crd',
  issue: 'iss',
  idea: 'ide',
  modelCall: 'mca',
  solve: 'slv',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** An opaque id such as `prj_01k3…`: prefix, underscore, 26 lower-case Crockford characters (a ULID, so ids sort by age). */
export type Id<K extends IdKind> = string & { readonly __kind: K };

/** The zod schema of one kind of id. */
export function idSchema<K extends IdKind>(kind: K) {
  return z
    .string()
    .regex(new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`), `not a ${kind} id`)
    .transform((value) => value as Id<K>);
}
