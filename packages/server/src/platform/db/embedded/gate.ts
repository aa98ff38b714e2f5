/** Lets one owner in at a time, in the order of asking. An owner that is inside may enter again. */
export class Gate {
  #owner: object | null = null;
  readonly #waiting: { owner: object; enter: () => void }[] = [];

  async enter(owner: object): Promise<void> {
    if (this.#owner === owner) return;
    if (this.#owner === null) {
      this.#owner = owner;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push({ owner, enter: resolve });
    });
  }

  leave(owner: object): void {
    if (this.#owner !== owner) return;
    const next = this.#waiting.shift();
    this.#owner = next?.owner ?? null;
    next?.enter();
  }
}
