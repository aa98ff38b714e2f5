export { type Database, type Db, isLiving } from './database.ts';
export { translateDatabaseError } from './errors.ts';
export type { DatabaseLog } from './database-log.ts';
export { type DirectoryHolder, type DirectoryLock, findDirectoryHolder, lockDirectory } from './directory-lock.ts';
export { assertEmbedding, embeddingDimensions } from './embedding.ts';
export { type DatabaseMetrics, readDatabaseMetrics } from './metrics.ts';
export { openDatabase, type OpenDatabaseOptions, type OpeningStage } from './open-database.ts';
export type { PoolSizes } from './pool-options.ts';
