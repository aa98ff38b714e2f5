CREATE TABLE "budgets" (
	"scope" text NOT NULL,
	"scope_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"limit_micros" bigint,
	"spent_micros" bigint DEFAULT 0 NOT NULL,
	"limit_ms" bigint,
	"spent_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "budgets_owner_id_scope_scope_id_pk" PRIMARY KEY("owner_id","scope","scope_id"),
	CONSTRAINT "budgets_scope" CHECK (scope in ('person', 'project'))
);
--> statement-breakpoint
ALTER TABLE "budgets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "spent_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "budget_ms" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "parent_id" text;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "owner" ON "budgets" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("budgets"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("budgets"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "budgets" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');