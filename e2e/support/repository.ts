import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository in a temporary folder, with its files committed on the branch `main`. */
export interface Repository {
  readonly folder: string;
  /** The folder's last part: what a project of it is called. */
  readonly name: string;
  git(...args: string[]): void;
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

export function makeRepository(name: string, files: Readonly<Record<string, string>>): Repository {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'yudai-e2e-repository-')));
  const folder = join(parent, name);
  const repository: Repository = {
    folder,
    name,
    git: (...args) => {
      execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], { cwd: folder });
    },
    write: (written) => {
      for (const [path, content] of Object.entries(written)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
  mkdirSync(folder);
  repository.write(files);
  repository.git('init', '--quiet', '--initial-branch', 'main');
  repository.git('add', '.');
  repository.git('commit', '--quiet', '--message', 'Start');
  return repository;
}

/** A small shop: imports across files, a cycle, an external package, a skipped file, a long line, prose. */
export const shop: Readonly<Record<string, string>> = {
  'README.md': '# Shop\n\nTakes orders and charges cards.\n',
  '.env': 'SHOP_KEY=not-to-be-shown\n',
  'package-lock.json': '{ "name": "shop", "lockfileVersion": 3 }\n',
  'package.json': '{ "name": "shop", "dependencies": { "zod": "4" } }\n',
  'src/main.ts': `import { z } from 'zod';
import { placeOrder } from './orders/place-order.ts';

export const request = z.object({ item: z.string() });

export function main(input: unknown): string {
  const { item } = request.parse(input);
  return placeOrder(item, 3);
}
`,
  'src/orders/place-order.ts': `import { chargeCard } from '../payments/charge-card.ts';

/** Places an order and charges for it. */
export function placeOrder(item: string, count: number): string {
  const receipt = chargeCard(count * 100);
  return \`\${count} × \${item}: \${receipt}\`;
}

export class OrderBook {
  private readonly orders: string[] = [];

  /** Remembers what was ordered. */
  remember(order: string): void {
    this.orders.push(order);
  }
}
`,
  'src/payments/charge-card.ts': `import { refund } from './refund.ts';

const attempts = 3;

/** Charges a card; a declined charge is tried again before the customer gets the money back. */
export function chargeCard(cents: number): string {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (cents % attempt === 0) return \`charged \${cents} cents\`;
  }
  return refund(cents);
}
`,
  'src/payments/refund.ts': `import { chargeCard } from './charge-card.ts';

export function refund(cents: number): string {
  return cents > 1_000_000 ? chargeCard(1) : \`refunded \${cents}\`;
}
`,
  'src/a-rather-long-directory-name/with-another-long-name-inside/and-a-file-name-that-is-long-as-well.ts': `export const long = '${'word '.repeat(80)}';\n`,
};

/** Many files that take a moment to read, no two of them alike. */
export function fillers(count: number): Record<string, string> {
  const body = (at: number) => `export function filler${at}(value: number) {\n  return value + ${at};\n}\n`.repeat(40);
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`src/filler-${at}.ts`, body(at)]));
}
