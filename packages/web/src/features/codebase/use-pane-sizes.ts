import { useState } from 'react';

type Pixels = `${number}px`;

const key = 'yudai.panes';
const standard: { tree: Pixels; inspector: Pixels } = { tree: '260px', inspector: '280px' };

/** The widths of the side panes, remembered in this browser. */
export function usePaneSizes() {
  const [sizes] = useState(readSizes);
  const save = (next: readonly (number | string)[]) => {
    const tree = toPixels(next[0]) ?? sizes.tree;
    const inspector = toPixels(next[2]) ?? sizes.inspector;
    localStorage.setItem(key, `${tree} ${inspector}`);
  };
  return { sizes, save };
}

function readSizes(): typeof standard {
  const [tree, inspector] = (localStorage.getItem(key) ?? '').split(' ');
  return { tree: toPixels(tree) ?? standard.tree, inspector: toPixels(inspector) ?? standard.inspector };
}

function toPixels(value: number | string | undefined): Pixels | null {
  const match = /^(\d+)(?:\.\d+)?px$/.exec(String(value));
  return match === null ? null : `${Number(match[1])}px`;
}
