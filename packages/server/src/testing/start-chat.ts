import type { ChatMessage, ChatState, Id, LiveEvent } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import { connectAndIndex, makeRepository, type TestRepository } from './make-repository.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './start-test-app.ts';

/** Somebody who talks: the local owner, or another person of the app. */
export interface Talker {
  readonly client: Client;
  readonly userId: Id<'user'>;
}

export interface TestChat {
  readonly app: TestApp;
  readonly model: ScriptedModel;
  readonly projectId: Id<'project'>;
  readonly owner: Talker;
  /** Another member of the project. */
  member(name: string, role: 'member' | 'viewer'): Promise<Talker>;
  /** A new conversation of the owner. */
  begin(visibility?: 'private' | 'project'): Promise<Id<'session'>>;
  /** Says something and waits until nothing runs or waits any more. */
  ask(id: Id<'session'>, text: string): Promise<ChatState>;
  /** The events of a session after this one, up to the first for which this is so. */
  until(id: Id<'session'>, isSo: (event: LiveEvent) => boolean, after?: number, who?: Talker): Promise<LiveEvent[]>;
  close(): Promise<void>;
}

/** Yudai with an indexed repository and a model that says what the test wrote. */
export async function startChat(
  files: Readonly<Record<string, string>>,
  options: TestAppOptions & {
    readonly provider?: 'openai' | 'anthropic' | 'google' | 'openrouter' | 'compatible';
  } = {},
): Promise<TestChat> {
  const model = await startScriptedModel(options.provider === undefined ? {} : { provider: options.provider });
  const app = await startTestApp({ ...options, env: { ...model.env, ...options.env } });
  const repository: TestRepository = await makeRepository(files);
  const { project } = await connectAndIndex(app, repository.folder);
  const { account } = await app.client.accounts.status({});
  if (account === null) throw new Error('The local owner has no account.');
  const owner: Talker = { client: app.client, userId: account.id };

  async function until(
    id: Id<'session'>,
    isSo: (event: LiveEvent) => boolean,
    after = 0,
    { userId }: Talker = owner,
  ): Promise<LiveEvent[]> {
    const seen: LiveEvent[] = [];
    const stop = new AbortController();
    const ctx = { actor: { userId, name: 'x', via: 'local' as const }, signal: stop.signal, requestId: 'x' };
    const cursors = new Map([[`session:${id}`, after]]);
    for await (const event of app.app.live.subscribe(ctx, cursors, { signal: stop.signal })) {
      seen.push(event);
      if (isSo(event)) break;
    }
    return seen;
  }

  return {
    app,
    model,
    projectId: project.id,
    owner,
    until,
    async member(name, role) {
      const person = await app.as(name);
      await app.database.asSystem((db) =>
        db.execute(
          `insert into project_members (project_id, user_id, role, since) values ('${project.id}', '${person.userId}', '${role}', now())`,
        ),
      );
      return person;
    },
    begin: async (visibility = 'private') => (await app.client.chat.create({ projectId: project.id, visibility })).id,
    async ask(id, text) {
      const { cursor } = await app.client.chat.get({ id });
      await app.client.chat.send({ id, text });
      await until(id, isQuiet, cursor);
      return app.client.chat.get({ id });
    },
    async close() {
      await app.close();
      await model.close();
      await repository.remove();
    },
  };
}

/** Nothing is on its way in the session any more. */
export function isQuiet(event: LiveEvent): boolean {
  return event.type === 'session_update' && event.data.session.activeJobId === null;
}

/** Everything that a message says. */
export function wordsOf(message: ChatMessage | undefined): string {
  return (message?.parts ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
