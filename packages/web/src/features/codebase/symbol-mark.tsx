import type { SymbolKind } from '@yudai/contract';
import type { ReactNode } from 'react';

const letters: Record<SymbolKind, string> = {
  class: 'C',
  interface: 'I',
  struct: 'S',
  enum: 'E',
  trait: 'T',
  type: 'T',
  module: 'M',
  namespace: 'N',
  function: 'ƒ',
  method: 'm',
  constructor: 'm',
  property: 'p',
  field: 'p',
  constant: 'c',
  variable: 'v',
  macro: '#',
};

const groups: Record<'type' | 'call' | 'value', readonly SymbolKind[]> = {
  type: ['class', 'interface', 'struct', 'enum', 'trait', 'type', 'module', 'namespace'],
  call: ['function', 'method', 'constructor', 'macro'],
  value: ['property', 'field', 'constant', 'variable'],
};

/** A letter for what a symbol is, in the colour of its group, with its word for those who do not see it. */
export function symbolMark(kind: SymbolKind): ReactNode {
  const group = groups.type.includes(kind) ? 'type' : groups.call.includes(kind) ? 'call' : 'value';
  return (
    <span className="symbol-mark" data-group={group} title={kind}>
      <span aria-hidden="true">{letters[kind]}</span>
      <span className="visually-hidden">{kind}</span>
    </span>
  );
}
