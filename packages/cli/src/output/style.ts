import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Gives text a colour, or leaves it alone where colour is not wanted. */
export type Style = (format: Format, text: string) => string;

export const plain: Style = (_format, text) => text;

export const coloured: Style = (format, text) => styleText(format, text, { validateStream: false });
