import { type Id, idSchema, type Topic } from '../../packages/contract/src/index.ts';
import type { RunningServer } from '../measuring/server.ts';
import { numberedId, type Volumes } from './fill.ts';

export interface FilledServer extends RunningServer {
  readonly userId: Id<'user'>;
  readonly volumes: Volumes;
}

const missedEvents = 100;

/** What the screens read, by name. Cursors of next pages are fetched here, so that asking costs the page alone. */
export async function readsOf(server: FilledServer): Promise<Map<string, () => Promise<unknown>>> {
  const { client, url, userId, volumes } = server;
  const { projects, codebase, jobs } = client;
  const [large, small] = [1, 2].map((n) => idSchema('project').parse(numberedId('prj', n)));
  if (large === undefined || small === undefined) throw new Error('The first two projects have files.');
  const ofLarge = { projectId: large };
  const deep = { ...ofLarge, path: 'src/part-0/deep/er' };
  const next = {
    projects: after(await projects.list({})),
    deep: after(await codebase.tree(deep)),
    jobs: after(await jobs.list({})),
  };
  const id = idSchema('job').parse(numberedId('job', 5));
  return new Map<string, () => Promise<unknown>>([
    ['projects, first page', () => projects.list({})],
    ['projects, next page', () => projects.list(next.projects)],
    ['projects by name', () => projects.list({ query: 'ect 77' })],
    ['one project', () => projects.get({ id: large })],
    ['tree, root', () => codebase.tree(ofLarge)],
    ['tree, deep directory', () => codebase.tree(deep)],
    ['tree, its next page', () => codebase.tree({ ...deep, ...next.deep })],
    ['tree, small project', () => codebase.tree({ projectId: small, path: 'src/part-3' })],
    ['skipped files', () => codebase.skipped(ofLarge)],
    ['index runs', () => codebase.analyses(ofLarge)],
    ['jobs, first page', () => jobs.list({})],
    ['jobs, next page', () => jobs.list(next.jobs)],
    ['jobs that failed', () => jobs.list({ status: 'failed', limit: 10 })],
    ['jobs of a project', () => jobs.list({ projectId: small, limit: 1 })],
    ['jobs, overview', () => jobs.overview({})],
    ['one job', () => jobs.get({ id })],
    [`live, ${missedEvents} missed events`, () => resume(url, `user:${userId}`, volumes.ownEvents)],
  ]);
}

function after({ nextCursor }: { readonly nextCursor: string | null }): { cursor: string } {
  if (nextCursor === null) throw new Error('There is no next page to ask for.');
  return { cursor: nextCursor };
}

/** Comes back to a feed over a stream of its own and reads what it missed. */
async function resume(url: string, topic: Topic, lastSeq: number): Promise<void> {
  const ended = new AbortController();
  const seen = encodeURIComponent(`${topic}=${lastSeq - missedEvents}`);
  const response = await fetch(`${url}/api/v1/live?topics=${topic}&after=${seen}`, { signal: ended.signal });
  if (!response.ok || response.body === null) throw new Error(`The stream answered ${response.status}.`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of response.body) {
    text += decoder.decode(part, { stream: true });
    if (text.includes(`"seq":${lastSeq},`) || text.includes(`"seq":${lastSeq}}`)) break;
  }
  ended.abort();
}
