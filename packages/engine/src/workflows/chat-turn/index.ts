export { createTranscript, textOf, type Transcript, type TranscriptChange } from '#agent/transcript.ts';
export { checkCitations, type CitedFile, citationsIn } from '#workflows/chat-turn/citations.ts';
export { chooseHistory, type HistoryMessage } from '#workflows/chat-turn/history.ts';
export { type ContextBlock, type TurnPrompt, writePrompt } from '#workflows/chat-turn/prompt.ts';
export { type ChatTurnPorts, EmptyAnswerError, runChatTurn } from '#workflows/chat-turn/run-chat-turn.ts';
export { type PickedMemory, pickMemories } from '#workflows/chat-turn/pick-memories.ts';
export { sumUp } from '#workflows/chat-turn/sum-up.ts';
