import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';

const key = 'yudai.project';

/** The project of the address, else the one that was open last: where the rail and the shortcuts lead. */
export function useCurrentProject(): string | null {
  const { projectId } = useParams({ strict: false });
  useEffect(() => {
    if (projectId !== undefined) localStorage.setItem(key, projectId);
  }, [projectId]);
  return projectId ?? localStorage.getItem(key);
}
