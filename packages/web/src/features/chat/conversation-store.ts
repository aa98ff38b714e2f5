import type { ChatMessage, ChatState, LiveEvent } from '@yudai/contract';
import {
  applyEvent,
  conversationOf,
  readAgain,
  withAnswered,
  withEarlier,
  type Conversation,
} from '#features/chat/conversation.ts';

export interface ConversationDeps {
  readonly read: () => Promise<ChatState>;
  readonly readEarlier: (cursor: string) => Promise<{ items: ChatMessage[]; nextCursor: string | null }>;
  /** Runs the function soon; several calls before it ran are one. Animation frames outside tests. */
  readonly soon: (run: () => void) => void;
  /** Waits before missing text is read again: the server keeps text once a second. */
  readonly later: (run: () => void) => void;
}

/** So many of the last events are kept, for when the conversation is read again while more arrive. */
const mostRecent = 2000;

export type ConversationView =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'ready'; readonly conversation: Conversation; readonly isReadingEarlier: boolean };

/** Holds one conversation for a screen: reads it, takes its events in, and tells watchers at most once a frame. */
export class ConversationStore {
  readonly #deps: ConversationDeps;
  readonly #watchers = new Set<() => void>();
  #view: ConversationView = { state: 'loading' };
  /** The last events, oldest first. */
  #recent: LiveEvent[] = [];
  #isReading = false;
  #isTelling = false;
  #isWaiting = false;

  constructor(deps: ConversationDeps) {
    this.#deps = deps;
  }

  readonly view = (): ConversationView => this.#view;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  /** Reads the conversation, or what was missed of it. */
  async read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      const state = await this.#deps.read();
      const before = this.#view;
      if (before.state === 'ready') this.#show(this.#recent.reduce(applyEvent, readAgain(before.conversation, state)));
      else this.#set({ state: 'ready', conversation: conversationOf(state), isReadingEarlier: false });
    } catch (error) {
      // What is shown already stays: the connection may be back soon.
      if (this.#view.state !== 'ready') this.#set({ state: 'failed', error });
    } finally {
      this.#isReading = false;
    }
  }

  retry(): void {
    this.#set({ state: 'loading' });
    void this.read();
  }

  /** Reads the page before what is shown. Resolves when it is there. */
  async readEarlier(): Promise<void> {
    const view = this.#view;
    if (view.state !== 'ready' || view.isReadingEarlier || view.conversation.earlier === null) return;
    this.#set({ ...view, isReadingEarlier: true });
    try {
      const page = await this.#deps.readEarlier(view.conversation.earlier);
      this.#change((conversation) => withEarlier(conversation, page));
    } finally {
      if (this.#view.state === 'ready') this.#set({ ...this.#view, isReadingEarlier: false });
    }
  }

  take(event: LiveEvent): void {
    this.#recent.push(event);
    if (this.#recent.length > 2 * mostRecent) this.#recent = this.#recent.slice(-mostRecent);
    this.#change((conversation) => applyEvent(conversation, event));
  }

  /** Messages that the API answered with. */
  takeAnswered(found: readonly (ChatMessage | null)[]): void {
    this.#change((conversation) =>
      withAnswered(
        conversation,
        found.filter((message) => message !== null),
      ),
    );
  }

  #change(change: (conversation: Conversation) => Conversation): void {
    if (this.#view.state !== 'ready') return;
    const next = change(this.#view.conversation);
    if (next !== this.#view.conversation) this.#show(next);
  }

  #show(conversation: Conversation): void {
    if (this.#view.state !== 'ready') return;
    this.#view = { ...this.#view, conversation };
    this.#tell();
    if (!conversation.isBehind || this.#isWaiting) return;
    this.#isWaiting = true;
    this.#deps.later(() => {
      this.#isWaiting = false;
      void this.read();
    });
  }

  #set(view: ConversationView): void {
    this.#view = view;
    this.#tell();
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#deps.soon(() => {
      this.#isTelling = false;
      for (const watcher of this.#watchers) watcher();
    });
  }
}
