DROP INDEX "codebase_files_path";--> statement-breakpoint
DROP INDEX "codebase_vectors_nearest";--> statement-breakpoint
ALTER TABLE "codebase_snapshots" ADD COLUMN "embedded_by" text;