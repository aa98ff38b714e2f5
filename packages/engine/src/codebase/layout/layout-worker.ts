import { parentPort, workerData } from 'node:worker_threads';
import { type LayoutInput, placeNodes } from '#codebase/layout/place-nodes.ts';

// Boundary: both sides are ours.
parentPort?.postMessage(placeNodes(workerData as LayoutInput));
