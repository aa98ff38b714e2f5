import { useQuery } from '@tanstack/react-query';
import type { CardHead, Project } from '@yudai/contract';
import { Bookmark, CircleDot, File, GitCommitHorizontal, Hash } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { api } from '#lib/client.ts';
import { folderOf, nameOf } from '#lib/file-paths.ts';
import { shortCommit } from '#lib/format.ts';

export interface Mention {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: LucideIcon;
  /** What is written in place of the query; a card is chosen for the conversation instead. */
  readonly insert: string;
  readonly card?: CardHead;
}

/** What can be named in a message: cards, files, symbols, issues and commits that fit what was typed. */
export function useMentions(project: Project, query: string | null): Mention[] {
  const asked = query ?? '';
  const isAsked = query !== null;
  const search = (mode: 'path' | 'symbol', limit: number) =>
    api.codebase.search.queryOptions({
      input: { projectId: project.id, query: asked, mode, limit },
      enabled: isAsked && asked.length > 0 && project.commit !== null,
      retry: false,
    });
  const files = useQuery(search('path', 6)).data?.hits ?? [];
  const symbols = useQuery(search('symbol', 4)).data?.hits ?? [];
  const cards =
    useQuery(
      api.cards.list.queryOptions({
        input: { projectId: project.id, limit: 4, ...(asked === '' ? {} : { query: asked }) },
        enabled: isAsked,
        retry: false,
      }),
    ).data?.items ?? [];
  const github = useGitHub(project, isAsked);
  const matches = (...texts: string[]) => texts.some((text) => text.toLowerCase().includes(asked.toLowerCase()));
  return [
    ...files.map(({ path }) => ({
      id: `file ${path}`,
      label: nameOf(path),
      detail: folderOf(path),
      icon: File,
      insert: `@${path} `,
    })),
    ...symbols.flatMap(({ symbol, path, startLine }) =>
      symbol === null
        ? []
        : [
            {
              id: `symbol ${path} ${startLine}`,
              label: symbol.name,
              detail: `${path}:${startLine}`,
              icon: Hash,
              insert: `\`${symbol.name}\` in @${path} `,
            },
          ],
    ),
    ...cards.map((card) => ({
      id: card.id,
      label: card.title,
      detail: 'card for every turn',
      icon: Bookmark,
      insert: '',
      card,
    })),
    ...github.issues
      .filter(({ number, title }) => matches(`#${number}`, String(number), title))
      .slice(0, 4)
      .map(({ number, title }) => ({
        id: `issue ${number}`,
        label: `#${number} ${title}`,
        detail: 'issue',
        icon: CircleDot,
        insert: `issue #${number} `,
      })),
    ...github.commits
      .filter(({ sha, message }) => matches(sha, message))
      .slice(0, 3)
      .map(({ sha, message }) => ({
        id: `commit ${sha}`,
        label: message.split('\n')[0] ?? sha,
        detail: shortCommit(sha),
        icon: GitCommitHorizontal,
        insert: `commit ${sha.slice(0, 12)} `,
      })),
  ];
}

/** Issues and commits of a project that comes from GitHub; nothing when GitHub is not connected or away. */
function useGitHub({ source }: Project, isAsked: boolean) {
  const [owner = '', name = ''] = source.kind === 'github' ? source.repository.split('/') : [];
  const asked = { input: { owner, name, limit: 50 }, enabled: isAsked && owner !== '', retry: false };
  const issues = useQuery(api.github.issues.queryOptions(asked));
  const commits = useQuery(api.github.commits.queryOptions(asked));
  return { issues: issues.data?.items ?? [], commits: commits.data?.items ?? [] };
}
