export { createStarter, type Ended, type Started, type Starter } from '#processes/starter.ts';
