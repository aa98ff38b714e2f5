import { useQuery } from '@tanstack/react-query';
import { api } from '#lib/client.ts';

export interface Architect {
  /** The model that is tried first; null when there is none, and while nobody knows. */
  readonly model: string | null;
  /** What to set when there is no model; null when there is one, and while nobody knows. */
  readonly missing: string | null;
}

/** Who would write an issue: the first model of the role `architect`. */
export function useArchitect(): Architect {
  const overview = useQuery(api.models.list.queryOptions({ input: {}, retry: false })).data;
  const role = overview?.roles.find((known) => known.role === 'architect');
  const model = role?.candidates[0]?.model ?? null;
  if (overview === undefined || role === undefined || model !== null) return { model, missing: null };
  return { model, missing: overview.hint === '' ? `Set ${role.variable}.` : overview.hint };
}
