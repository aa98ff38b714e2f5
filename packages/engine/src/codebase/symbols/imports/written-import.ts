/** One import as its statement says it. */
export interface WrittenImport {
  readonly specifier: string;
  readonly names: readonly string[];
}
