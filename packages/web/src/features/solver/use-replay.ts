import { useEffect, useEffectEvent } from 'react';
import { isSamePlace, placesOf } from '#features/solver/steps.ts';
import type { StageSteps, StepPlace } from '#features/solver/steps.ts';

/** A solve that has ended, to go through again. */
export interface Replay {
  readonly places: readonly StepPlace[];
  /** The step that it stands at, from 0; null while everything is shown. */
  readonly at: number | null;
  readonly goTo: (at: number) => void;
  readonly leave: () => void;
}

/** Goes through the steps with `[` and `]`; null while the solve has not ended. */
export function useReplay(
  stages: readonly StageSteps[],
  isEnded: boolean,
  picked: StepPlace | null,
  onPick: (place: StepPlace | null) => void,
): Replay | null {
  const places = isEnded ? placesOf(stages) : [];
  const found = places.findIndex((place) => isSamePlace(place, picked));
  const at = found < 0 ? null : found;
  const goTo = (next: number) => {
    const place = places[Math.min(places.length - 1, Math.max(0, next))];
    if (place !== undefined) onPick(place);
  };
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!isEnded || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === ']') goTo(at === null ? 0 : at + 1);
    else if (event.key === '[') goTo(at === null ? places.length - 1 : at - 1);
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return places.length === 0 ? null : { places, at, goTo, leave: () => onPick(null) };
}

function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"]') !== null) return true;
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
