CREATE TABLE "project_budgets" (
	"project_id" text PRIMARY KEY NOT NULL,
	"limit_micros" bigint,
	"spent_micros" bigint DEFAULT 0 NOT NULL,
	"limit_ms" bigint,
	"spent_ms" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "project_budgets" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "project_budgets" ADD CONSTRAINT "project_budgets_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
CREATE POLICY "members" ON "project_budgets" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("project_budgets"."project_id" = any ((select yudai_projects('viewer'))::text[]));
--> statement-breakpoint
CREATE POLICY "writers" ON "project_budgets" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("project_budgets"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("project_budgets"."project_id" = any ((select yudai_projects('member'))::text[]));
--> statement-breakpoint
CREATE POLICY "system" ON "project_budgets" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');
--> statement-breakpoint
-- What each member had used in a project counts together from now on; the limit is the one that its owner had set. As the system, whom
-- row-level security shows everybody's rows.
SET LOCAL ROLE yudai_system;
--> statement-breakpoint
INSERT INTO project_budgets (project_id, limit_micros, spent_micros, limit_ms, spent_ms)
SELECT p.id, max(b.limit_micros) FILTER (WHERE b.owner_id = p.owner_id), sum(b.spent_micros),
  max(b.limit_ms) FILTER (WHERE b.owner_id = p.owner_id), sum(b.spent_ms)
FROM budgets b JOIN projects p ON p.id = b.scope_id WHERE b.scope = 'project' GROUP BY p.id;
--> statement-breakpoint
DELETE FROM budgets WHERE scope = 'project';
--> statement-breakpoint
RESET ROLE;
--> statement-breakpoint
ALTER TABLE "budgets" DROP CONSTRAINT "budgets_scope";
--> statement-breakpoint
ALTER TABLE "budgets" DROP CONSTRAINT "budgets_owner_id_scope_scope_id_pk";
--> statement-breakpoint
ALTER TABLE "budgets" ADD PRIMARY KEY ("owner_id");
--> statement-breakpoint
ALTER TABLE "budgets" DROP COLUMN "scope";
--> statement-breakpoint
ALTER TABLE "budgets" DROP COLUMN "scope_id";
