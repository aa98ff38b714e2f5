import { useState } from 'react';

type Pixels = `${number}px`;

const key = 'yudai.panes';
const standard: { tree: Pixels; inspector: Pixels; chat: Pixels } = {
  tree: '260px',
  inspector: '280px',
  chat: '440px',
};

/** The widths of the side panes, remembered in this browser. */
export function usePaneSizes() {
  const [sizes] = useState(readSizes);
  /** `next` are the widths of the panes from left to right; the sides are those at the right that are shown, in order. */
  const save = (next: readonly (number | string)[], sides: readonly ('inspector' | 'chat')[]) => {
    const { tree, inspector, chat } = { ...readSizes(), ...pixelsOf(['tree', null, ...sides], next) };
    localStorage.setItem(key, `${tree} ${inspector} ${chat}`);
  };
  return { sizes, save };
}

function pixelsOf(names: readonly ('tree' | 'inspector' | 'chat' | null)[], widths: readonly (number | string)[]) {
  return Object.fromEntries(
    names.flatMap((name, place) => {
      const width = toPixels(widths[place]);
      return name === null || width === null ? [] : [[name, width]];
    }),
  );
}

function readSizes(): typeof standard {
  const [tree, inspector, chat] = (localStorage.getItem(key) ?? '').split(' ');
  return {
    tree: toPixels(tree) ?? standard.tree,
    inspector: toPixels(inspector) ?? standard.inspector,
    chat: toPixels(chat) ?? standard.chat,
  };
}

function toPixels(value: number | string | undefined): Pixels | null {
  const match = /^(\d+)(?:\.\d+)?px$/.exec(String(value));
  return match === null ? null : `${Number(match[1])}px`;
}
