/** Numbers 32-bit hashes densely in the order they come; open addressing in one typed array. */
export interface TermTable {
  /** The number of a hash, a new one if it is unseen. */
  add(hash: number): number;
  /** The number of a hash, or -1. */
  find(hash: number): number;
  readonly size: number;
}

export function createTermTable(capacity = 1 << 14): TermTable {
  let slots = new Int32Array(capacity);
  let hashes = new Uint32Array(capacity >> 1);
  let size = 0;

  function grow(): void {
    const larger = new Int32Array(slots.length * 2);
    const mask = larger.length - 1;
    for (let number = 0; number < size; number++) {
      let slot = (hashes[number] ?? 0) & mask;
      while (larger[slot] !== 0) slot = (slot + 1) & mask;
      larger[slot] = number + 1;
    }
    slots = larger;
    const kept = new Uint32Array(larger.length >> 1);
    kept.set(hashes);
    hashes = kept;
  }

  return {
    add(hash) {
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let number = slots[slot] ?? 0; number !== 0; number = slots[slot] ?? 0) {
        if (hashes[number - 1] === hash) return number - 1;
        slot = (slot + 1) & mask;
      }
      slots[slot] = size + 1;
      hashes[size++] = hash;
      if (size === hashes.length) grow();
      return size - 1;
    },
    find(hash) {
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let number = slots[slot] ?? 0; number !== 0; number = slots[slot] ?? 0) {
        if (hashes[number - 1] === hash) return number - 1;
        slot = (slot + 1) & mask;
      }
      return -1;
    },
    get size() {
      return size;
    },
  };
}
