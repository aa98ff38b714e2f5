export { createStarter, type Ended, sharedStarter, type Started, type Starter } from '#processes/starter.ts';
