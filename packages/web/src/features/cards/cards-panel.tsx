import { useDebouncedValue } from '@mantine/hooks';
import { may } from '@yudai/contract';
import type { CardHead, Id, Project } from '@yudai/contract';
import { Bookmark, SearchX } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import '#features/cards/cards.css';
import { AddMenu } from '#features/cards/add-menu.tsx';
import { CardEditor } from '#features/cards/card-editor.tsx';
import { CardList } from '#features/cards/card-list.tsx';
import { PickedBar } from '#features/cards/picked-bar.tsx';
import { useCards } from '#features/cards/use-cards.tsx';
import { useProject } from '#features/codebase/use-project.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { formatNoun } from '#lib/format.ts';
import type { LineRange } from '#lib/search-params.ts';
import { Empty } from '#ui/empty.tsx';
import { FilterBox } from '#ui/filter-box.tsx';
import { Paged } from '#ui/paged.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  projectId: string;
  onOpen: (path: string, lines: LineRange | null) => void;
}

/** What is kept beside the code: the cards of the project that the person sees. */
export function CardsPanel(props: Props): ReactNode {
  const project = useProject(props.projectId).data;
  return project === undefined ? <SkeletonRows label="Loading the cards" /> : <Panel {...props} project={project} />;
}

function Panel({ project, onOpen }: Props & { project: Project }): ReactNode {
  const [filter, setFilter] = useState('');
  const [query] = useDebouncedValue(filter.trim(), 200);
  const [edited, setEdited] = useState<CardHead | null>(null);
  const [pickedIds, setPickedIds] = useState<readonly Id<'card'>[]>([]);
  const list = useRef<HTMLUListElement>(null);
  const mayWrite = may(project.role, 'cards.write');
  const mayDraft = may(project.role, 'issues.write');
  const auth = useAuthStatus();
  const cards = useCards(project.id, query);
  const total = cards.data?.pages[0]?.total;
  // What is not in sight is not picked: it may be gone by now.
  const picked = (cards.data?.pages ?? []).flatMap((page) => page.items).filter(({ id }) => pickedIds.includes(id));
  const open = (card: CardHead) => {
    const place = placeOf(card);
    if (place === null) setEdited(card);
    else onOpen(place.path, place.lines);
  };
  return (
    <section className="cards" aria-label="Cards">
      {picked.length > 0 ? (
        <PickedBar project={project} picked={picked} onClear={() => setPickedIds([])} />
      ) : (
        <div className="cards-bar">
          <p className="muted grow" role="status">
            {total === undefined ? '' : `${formatNoun(total.cards, 'card')} · ${formatNoun(total.tokens, 'token')}`}
          </p>
          <AddMenu project={project} mayWrite={mayWrite} />
        </div>
      )}
      {(filter !== '' || (total?.cards ?? 0) > 0) && (
        <div className="cards-filter">
          <FilterBox label="Filter the cards" value={filter} onChange={setFilter} list={list} />
        </div>
      )}
      <Paged list={cards} loading="Loading the cards" empty={<Nothing isFiltered={query !== ''} mayWrite={mayWrite} />}>
        {(items) => (
          <CardList
            projectId={project.id}
            cards={items}
            hasMore={cards.hasNextPage}
            isFiltered={query !== ''}
            mayWrite={mayWrite}
            list={list}
            onOpen={open}
            onEdit={setEdited}
            picked={mayDraft ? pickedIds : null}
            onPick={(id, isPicked) =>
              setPickedIds((ids) => (isPicked ? [...ids, id] : ids.filter((other) => other !== id)))
            }
          />
        )}
      </Paged>
      <CardEditor
        card={edited}
        mayWrite={mayWrite}
        userId={auth?.mode === 'team' ? auth.account?.id : project.ownerId}
        onClose={() => setEdited(null)}
      />
    </section>
  );
}

function Nothing(props: { isFiltered: boolean; mayWrite: boolean }): ReactNode {
  if (props.isFiltered) return <Empty icon={SearchX} title="No card has these words" />;
  return (
    <Empty
      icon={Bookmark}
      title="Nothing is kept yet"
      text={
        props.mayWrite
          ? 'Keep a file, its selected lines or a definition with the bookmark beside it; notes, pages and commits with the plus above.'
          : 'Members of the project keep pieces of code, issues and notes here.'
      }
    />
  );
}

/** Where the code of a card is now, or was when it was kept. */
function placeOf({ anchor, staleness }: CardHead): { path: string; lines: LineRange | null } | null {
  if (anchor?.kind !== 'file' || staleness?.state === 'gone') return null;
  const start = staleness?.startLine ?? anchor.startLine;
  const end = staleness?.endLine ?? anchor.endLine;
  return { path: staleness?.path ?? anchor.path, lines: anchor.whole ? null : { start, end } };
}
