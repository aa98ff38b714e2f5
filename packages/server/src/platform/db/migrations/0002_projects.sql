CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"origin" text NOT NULL,
	"source_kind" text NOT NULL,
	"source_address" text NOT NULL,
	"sealed_token" text,
	"ref" text,
	"status" text NOT NULL,
	"failure" jsonb,
	"archived" boolean DEFAULT false NOT NULL,
	"commit" text,
	"file_count" integer,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"indexed_at" timestamp with time zone,
	CONSTRAINT "projects_name" CHECK (length("projects"."name") between 1 and 200),
	CONSTRAINT "projects_origin" CHECK ("projects"."origin" in ('connected', 'generated', 'learning')),
	CONSTRAINT "projects_source_kind" CHECK ("projects"."source_kind" in ('folder', 'git')),
	CONSTRAINT "projects_status" CHECK ("projects"."status" in ('connecting', 'ready', 'failed')),
	CONSTRAINT "projects_failure" CHECK (("projects"."failure" is not null) = ("projects"."status" = 'failed')),
	CONSTRAINT "projects_token" CHECK ("projects"."sealed_token" is null or "projects"."source_kind" = 'git'),
	CONSTRAINT "projects_file_count" CHECK ("projects"."file_count" >= 0)
);
--> statement-breakpoint
ALTER TABLE "projects" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "projects_of_owner" ON "projects" USING btree ("owner_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE POLICY "owner" ON "projects" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("projects"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("projects"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "projects" AS PERMISSIVE FOR ALL TO "yudai_system" USING (true) WITH CHECK (true);