import { Bookmark, Bot, Download, FilePen, Plus, Shrink, Square } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

export interface Command {
  readonly name: string;
  readonly hint: string;
  readonly icon: LucideIcon;
  readonly run: () => void;
}

interface Place {
  readonly isBusy: boolean;
  readonly hasMessages: boolean;
  readonly models: readonly string[];
  readonly onNew: () => void;
  readonly onCompact: () => void;
  readonly onCards: () => void;
  readonly onExport: () => void;
  readonly onStop: () => void;
  readonly onModel: (model: string) => void;
  readonly onDraftIssue: (() => void) | null;
  /** What can be done with the issues of the conversation. */
  readonly issueCommands: readonly Command[];
}

/** The commands that do something right now, those that begin like the query. */
export function commandsOf(place: Place, query: string): Command[] {
  const { isBusy, hasMessages, models } = place;
  const all: Command[] = [
    { name: 'new', hint: 'Begin another conversation', icon: Plus, run: place.onNew },
    { name: 'cards', hint: 'Choose what every turn is given', icon: Bookmark, run: place.onCards },
    ...(hasMessages && !isBusy
      ? [{ name: 'compact', hint: 'Sum up the older messages', icon: Shrink, run: place.onCompact }]
      : []),
    ...(hasMessages ? [{ name: 'export', hint: 'Save as Markdown', icon: Download, run: place.onExport }] : []),
    ...(hasMessages && place.onDraftIssue !== null
      ? [{ name: 'issue', hint: 'Draft an issue from this conversation', icon: FilePen, run: place.onDraftIssue }]
      : []),
    ...place.issueCommands,
    ...(isBusy ? [{ name: 'stop', hint: 'End the answer under way', icon: Square, run: place.onStop }] : []),
    ...(models.length > 1
      ? models.map((model) => ({
          name: `model ${model}`,
          hint: 'Answer with this model',
          icon: Bot,
          run: () => place.onModel(model),
        }))
      : []),
  ];
  return all.filter(({ name }) => name.startsWith(query.toLowerCase()));
}
