interface HoverData {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color: string;
  readonly label?: string | null;
}

const looks = {
  dark: { box: '#1d1f25', line: '#3a3d46', text: '#f2f3f5' },
  light: { box: '#ffffff', line: '#cfd2da', text: '#1c1e23' },
};

/** Draws the label of the node under the pointer on a card of the theme; the library's own is white in both. */
export function drawHover(scheme: 'dark' | 'light') {
  const look = looks[scheme];
  return (context: CanvasRenderingContext2D, data: HoverData): void => {
    const label = data.label ?? '';
    if (label === '') return;
    context.font = '500 11px "Inter Variable", system-ui, sans-serif';
    const width = context.measureText(label).width;
    const left = data.x + data.size + 5;
    const top = data.y - 11;
    context.beginPath();
    context.roundRect(left, top, width + 14, 22, 5);
    context.fillStyle = look.box;
    context.strokeStyle = look.line;
    context.fill();
    context.stroke();
    context.fillStyle = look.text;
    context.fillText(label, left + 7, data.y + 4);
    context.beginPath();
    context.arc(data.x, data.y, data.size + 2, 0, Math.PI * 2);
    context.strokeStyle = data.color;
    context.stroke();
  };
}
