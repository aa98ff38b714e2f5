DROP INDEX "project_members_of_user";--> statement-breakpoint
CREATE INDEX "project_members_of_user" ON "project_members" USING btree ("user_id","project_id" DESC NULLS LAST);