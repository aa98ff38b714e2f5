DROP INDEX "codebase_files_owner";--> statement-breakpoint
DROP INDEX "codebase_files_children";--> statement-breakpoint
DROP INDEX "codebase_files_skipped";--> statement-breakpoint
CREATE INDEX "codebase_files_children" ON "codebase_files" USING btree ("owner_id","project_id","parent",(case when "kind" = 'directory' then 0 else 1 end),"path");--> statement-breakpoint
CREATE INDEX "codebase_files_skipped" ON "codebase_files" USING btree ("owner_id","project_id","path") WHERE skipped is not null;