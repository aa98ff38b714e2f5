import { stripVTControlCharacters } from 'node:util';

/** Rows of cells as aligned columns, two spaces apart. Cells may hold colour. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, visibleWidth(cell))));
  }
  return rows.map((row) => formatRow(row, widths)).join('\n');
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visibleWidth(cell)))
    .join('  ')
    .trimEnd();
}

function visibleWidth(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
