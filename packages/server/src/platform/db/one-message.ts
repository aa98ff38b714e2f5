import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';

const dialect = new PgDialect();
const opening = "select set_config('role', $1, true), set_config('app.user_id', $2, true)";

/** What node-postgres calls on its own query, beside what its types tell of. */
interface WireQuery {
  prepare(connection: Wire): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: unknown): void;
}

interface Wire {
  parse(statement: { readonly text: string; readonly name: string; readonly types: readonly number[] }): void;
  bind(values: { readonly statement: string; readonly values: readonly string[] }): void;
  execute(portal: { readonly portal: string }): void;
}

/**
 * Runs one statement as a role and person, in one message to the server and back. The opening and the statement stand before the same Sync, and
 * what does is one transaction: it needs no begin and no commit.
 */
export function runInOneMessage(
  client: pg.PoolClient,
  as: { readonly role: string; readonly userId: string },
  config: pg.QueryConfig,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query<pg.QueryResultRow, unknown[]>(
      { ...config, queryMode: 'extended' } as pg.QueryConfig<unknown[]>,
      (error: Error | undefined, result: unknown) =>
        error === undefined || error === null ? resolve(result as pg.QueryResult) : reject(error),
    );
    openFirst(query as unknown as WireQuery, as);
    client.query(query);
  });
}

/** The same query, which says before itself who asks, and keeps the answer to that to itself. */
function openFirst(query: WireQuery, { role, userId }: { readonly role: string; readonly userId: string }): void {
  const { prepare, handleDataRow, handleCommandComplete } = query;
  let isOpened = false;
  query.prepare = (connection) => {
    connection.parse({ text: opening, name: '', types: [] });
    connection.bind({ statement: '', values: [role, userId] });
    connection.execute({ portal: '' });
    prepare.call(query, connection);
  };
  query.handleDataRow = (message) => {
    if (isOpened) handleDataRow.call(query, message);
  };
  query.handleCommandComplete = (message, connection) => {
    if (isOpened) handleCommandComplete.call(query, message, connection);
    isOpened = true;
  };
}

export function toQuery(statement: SQL): pg.QueryConfig {
  const { sql: text, params } = dialect.sqlToQuery(statement);
  return { text, values: params };
}
