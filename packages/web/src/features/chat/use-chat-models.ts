import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '#lib/client.ts';

const key = 'yudai.chat-model';

/** The models that may answer, and the one that the person chose last in this browser. */
export function useChatModels() {
  const overview = useQuery(api.models.list.queryOptions({ input: {}, retry: false }));
  const role = overview.data?.roles.find((known) => known.role === 'chat');
  const models = role?.candidates.map(({ model }) => model) ?? [];
  const [chosen, setChosen] = useState(() => localStorage.getItem(key));
  const model = models.find((known) => known === chosen);
  return {
    models,
    model,
    choose: (next: string) => {
      localStorage.setItem(key, next);
      setChosen(next);
    },
    /** What to set when there is no model; null when there is one, and while nobody knows. */
    missing: role !== undefined && models.length === 0 ? (overview.data?.hint ?? '') : null,
  };
}
