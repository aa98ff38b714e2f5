const smallest = 1000;
const largest = 1_000_000;

/** A place on the slider, 0–100, as a round number of tokens: each step multiplies, so small budgets can be set finely. */
export function budgetOf(place: number): number {
  const exact = smallest * (largest / smallest) ** (place / 100);
  const unit = 10 ** Math.max(2, Math.floor(Math.log10(exact)) - 1);
  return Math.round(exact / unit) * unit;
}

export function sliderOf(budget: number): number {
  const place = (Math.log(budget / smallest) / Math.log(largest / smallest)) * 100;
  return Math.round(Math.max(0, Math.min(100, place)));
}
