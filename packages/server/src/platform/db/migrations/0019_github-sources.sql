ALTER TABLE "projects" DROP CONSTRAINT "projects_source_kind";--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "repository_id" bigint;--> statement-breakpoint
CREATE INDEX "projects_of_repository" ON "projects" USING btree ("repository_id");--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_repository" CHECK (("projects"."repository_id" is not null) = ("projects"."source_kind" = 'github'));--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_source_kind" CHECK ("projects"."source_kind" in ('folder', 'git', 'github'));