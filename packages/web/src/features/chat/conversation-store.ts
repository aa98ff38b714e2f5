import type { ChatMessage, ChatState } from '@yudai/contract';
import {
  applyEvent,
  conversationOf,
  readAgain,
  withAnswered,
  withEarlier,
  type Conversation,
} from '#features/chat/conversation.ts';
import { FeedStore, type FeedStoreOptions } from '#lib/live/feed-store.ts';

export interface ConversationDeps extends Pick<FeedStoreOptions<Conversation, ChatState>, 'read' | 'soon' | 'later'> {
  readonly readEarlier: (cursor: string) => Promise<{ items: ChatMessage[]; nextCursor: string | null }>;
}

/** Holds one conversation for a screen. */
export class ConversationStore extends FeedStore<Conversation, ChatState> {
  readonly #readEarlier: ConversationDeps['readEarlier'];

  constructor({ readEarlier, ...deps }: ConversationDeps) {
    super({ ...deps, begin: conversationOf, again: readAgain, apply: applyEvent, mostRecent: 2000 });
    this.#readEarlier = readEarlier;
  }

  /** Reads the page before what is shown. Resolves when it is there. */
  async readEarlier(): Promise<void> {
    const view = this.view();
    if (view.state !== 'ready' || view.shown.isReadingEarlier || view.shown.earlier === null) return;
    this.change((conversation) => ({ ...conversation, isReadingEarlier: true }));
    try {
      const page = await this.#readEarlier(view.shown.earlier);
      this.change((conversation) => withEarlier(conversation, page));
    } finally {
      this.change((conversation) => ({ ...conversation, isReadingEarlier: false }));
    }
  }

  /** Messages that the API answered with. */
  takeAnswered(found: readonly (ChatMessage | null)[]): void {
    const messages = found.filter((message) => message !== null);
    this.change((conversation) => withAnswered(conversation, messages));
  }
}
