import { existsSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import type { ChatExport, ChatSession, Id } from '../packages/contract/src/index.ts';
import { onBothDatabases } from './measuring/databases.ts';
import { median, printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, packageVersion, printHead } from './measuring/machine.ts';
import { startModel } from './measuring/model.ts';
import { chosenDatabase, readOptions } from './measuring/options.ts';
import { type RunningServer, withChatServer } from './measuring/server.ts';

// What opening a conversation takes, as the web opens it, for a long one beside a short one in the same project.
const options = readOptions(
  `
node bench/open-session.ts [--messages 5000] [--rounds 100] [--openings 5] [--database embedded|postgres]

  --messages   messages of the long conversation, of some 700 characters each; the short one has 10
  --rounds     how often each question is asked of both, in turn
  --openings   how often each is opened in Chromium; 0 without it. Needs the built web interface
Ends with 1 when the first page of the long one takes more than 300 ms at p99.`,
  { messages: '5000', rounds: '100', openings: '5', database: '' },
);
const [count, rounds, openings] = [Number(options.messages), Number(options.rounds), Number(options.openings)];
/** As the web asks for them. */
const pageSize = 60;
const promisedMs = 300;
const search = 'messages with a word';

interface Pair {
  readonly long: number[];
  readonly short: number[];
}

printHead(`Opening a conversation of ${count} messages beside one of 10: the newest ${pageSize}, then what follows`, {
  playwright: packageVersion('@playwright/test'),
});
const model = await startModel();
await onBothDatabases(
  async ({ name, ...database }) => {
    await withChatServer({ ...database, modelUrl: model.url }, async ({ server, projectId }) => {
      const started = performance.now();
      const long = await read(server, projectId, 'Long', count);
      const seconds = (performance.now() - started) / 1000;
      const short = await read(server, projectId, 'Short', 10);
      console.log(`${name}: ${count} messages were read back in ${seconds.toFixed(1)} s`);
      const measured = await measure(server, long, short);
      if (openings > 0) measured.set('shown in Chromium', await openInBrowser(server, projectId));
      report(name, measured);
    });
  },
  chosenDatabase(options.database),
  { durable: true },
);
model.close();
console.log(`load ${loadNow()} at the end`);

/** Through the door that people use for it, one message after the other. */
function read(server: RunningServer, projectId: Id<'project'>, title: string, messages: number): Promise<ChatSession> {
  const words = 'what is asked and answered about tea, its leaves and `src/tea.ts` ';
  const conversation: ChatExport = {
    format: 'yudai-chat',
    version: 1,
    title,
    messages: Array.from({ length: messages }, (_, order) => ({
      role: order % 2 === 0 ? 'user' : 'assistant',
      parent: order === 0 ? null : order - 1,
      author: null,
      text: `${title} ${order}: ${words.repeat(10)}`,
      createdAt: new Date(Date.UTC(2026, 0, 1) + order * 60_000).toISOString(),
    })),
    head: messages - 1,
  };
  return server.client.chat.import({ projectId, conversation });
}

async function measure({ client }: RunningServer, long: ChatSession, short: ChatSession): Promise<Map<string, Pair>> {
  const { earlier } = await client.chat.get({ id: long.id, limit: pageSize });
  const both = [
    ['long', long.id],
    ['short', short.id],
  ] as const;
  const questions: [
    name: string,
    of: typeof both | [(typeof both)[0]],
    ask: (id: Id<'session'>) => Promise<unknown>,
  ][] = [
    ['first page', both, (id) => client.chat.get({ id, limit: pageSize })],
    ['page before it', [both[0]], (id) => client.chat.messages({ id, cursor: earlier ?? '', limit: pageSize })],
    ['saying that one is here', both, (id) => client.chat.attend({ id, here: true })],
    ['statistics', both, (id) => client.chat.statistics({ id })],
    [
      'all messages with a word',
      both,
      (id) => client.chat.search({ projectId: long.projectId, query: 'leaves', sessionId: id }),
    ],
  ];
  const measured = new Map<string, Pair>();
  for (const [name, sessions, ask] of questions) {
    const times: Pair = { long: [], short: [] };
    measured.set(name, times);
    // The first few load code and fill caches; a search is dear.
    const [first, last] = name === search ? [-2, Math.ceil(rounds / 10)] : [-5, rounds];
    for (let round = first; round < last; round += 1) {
      for (const [which, id] of sessions) {
        const ms = await timed(() => ask(id));
        if (round >= 0) times[which].push(ms);
      }
    }
  }
  return measured;
}

/** From the click on its name in the list until its last message is there to be read. */
async function openInBrowser(server: RunningServer, projectId: Id<'project'>): Promise<Pair> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu'],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const times: Pair = { long: [], short: [] };
    for (let opening = -1; opening < openings; opening += 1) {
      for (const [which, title, last] of [
        ['long', 'Long', count - 1],
        ['short', 'Short', 9],
      ] as const) {
        const ms = await openOnce(page, `${server.url}/projects/${projectId}?chat=list`, title, `${title} ${last}:`);
        if (opening >= 0) times[which].push(ms);
      }
    }
    return times;
  } finally {
    await browser.close();
  }
}

async function openOnce(page: Page, list: string, title: string, last: string): Promise<number> {
  await page.goto(list);
  const entry = page.getByRole('listitem').getByText(title, { exact: true });
  await entry.waitFor();
  return timed(async () => {
    await entry.click();
    await page.getByText(last).first().waitFor();
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function report(name: string, measured: ReadonlyMap<string, Pair>): void {
  printTable(
    [name, 'p50 ms', 'p99 ms', 'max ms', 'of 10, p50', 'p99', 'p50 ratio', 'p99 ratio'],
    [...measured].map(([question, { long, short }]) => {
      const [p50, p99, short50, short99] = [median(long), quantile(long, 0.99), median(short), quantile(short, 0.99)];
      const figures = [p50, p99, Math.max(...long)].map((ms) => ms.toFixed(1));
      if (short.length === 0) return [question, ...figures];
      return [question, ...figures, short50.toFixed(1), short99.toFixed(1), ratio(p50, short50), ratio(p99, short99)];
    }),
  );
  const slowest = quantile(measured.get('first page')?.long ?? [], 0.99);
  const isKept = slowest <= promisedMs;
  console.log(
    `first page of the long one: p99 ${slowest.toFixed(0)} ms, promised ${promisedMs}: ${isKept ? 'kept' : 'BROKEN'}`,
  );
  if (!isKept) process.exitCode = 1;
}
