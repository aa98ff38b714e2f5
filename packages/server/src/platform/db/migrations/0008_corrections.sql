CREATE TABLE "codebase_corrections" (
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"path" text NOT NULL,
	"category" text NOT NULL,
	"corrected_at" timestamp with time zone NOT NULL,
	CONSTRAINT "codebase_corrections_project_id_path_pk" PRIMARY KEY("project_id","path")
);
--> statement-breakpoint
ALTER TABLE "codebase_corrections" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "codebase_snapshots" ADD COLUMN "corrections" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "codebase_corrections" ADD CONSTRAINT "codebase_corrections_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_corrections" ADD CONSTRAINT "codebase_corrections_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "codebase_corrections_owner" ON "codebase_corrections" USING btree ("owner_id");--> statement-breakpoint
CREATE POLICY "owner" ON "codebase_corrections" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_corrections"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("codebase_corrections"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "codebase_corrections" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');