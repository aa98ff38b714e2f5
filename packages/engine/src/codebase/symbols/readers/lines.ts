/** Lines of a text, counted from 1. */
export interface Lines {
  /** The line in which the unit at this place stands; a line break belongs to the line it ends. */
  at(place: number): number;
}

export function createLines(text: string): Lines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return {
    at(place) {
      let [low, high] = [0, starts.length];
      while (high - low > 1) {
        const middle = (low + high) >>> 1;
        if ((starts[middle] ?? Infinity) <= place) low = middle;
        else high = middle;
      }
      return low + 1;
    },
  };
}
