/**
 * The strongly connected parts of more than one node, largest first, by Tarjan's algorithm without recursion: an import chain of 100,000 files
 * must not overflow the stack. Nodes of a part are ascending.
 */
export function findCycles(targets: readonly (readonly number[])[]): number[][] {
  const order = new Int32Array(targets.length).fill(-1);
  const low = new Int32Array(targets.length);
  const isOpen = new Uint8Array(targets.length);
  const open: number[] = [];
  const parts: number[][] = [];
  let counter = 0;

  const enter = (node: number): Frame => {
    order[node] = low[node] = counter;
    counter += 1;
    open.push(node);
    isOpen[node] = 1;
    return { node, next: 0 };
  };

  for (let root = 0; root < targets.length; root += 1) {
    if (order[root] !== -1) continue;
    const frames = [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const { node } = frame;
      const target = targets[node]?.[frame.next];
      if (target !== undefined) {
        frame.next += 1;
        if (order[target] === -1) frames.push(enter(target));
        else if (isOpen[target] === 1) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0);
        continue;
      }
      frames.pop();
      const parent = frames.at(-1)?.node;
      if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
      if (low[node] !== order[node]) continue;
      const part = open.splice(open.lastIndexOf(node));
      for (const member of part) isOpen[member] = 0;
      if (part.length > 1) parts.push(part.toSorted((a, b) => a - b));
    }
  }
  return parts.toSorted((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
}

interface Frame {
  readonly node: number;
  next: number;
}
