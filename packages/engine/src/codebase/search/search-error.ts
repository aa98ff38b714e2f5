/** The question cannot be answered as it is asked; the message is for the person who asked. */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  /** Where in the pattern it goes wrong, counted from 0; null when that is not known. */
  readonly position: number | null;

  constructor(message: string, position: number | null = null) {
    super(message);
    this.position = position;
  }
}
