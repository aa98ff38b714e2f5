export { createServer, type ServerOptions } from '#create-server.ts';
export { createDoor, type Door } from '#door.ts';
export { serveOnStreams } from '#serve-on-streams.ts';
