-- Those who own a project are its first members, and the feeds about a project are its members'.
SET LOCAL ROLE yudai_system;
--> statement-breakpoint
INSERT INTO project_members (project_id, user_id, role, since) SELECT id, owner_id, 'owner', created_at FROM projects;
--> statement-breakpoint
UPDATE live_topics SET project_id = substr(topic, 9) WHERE topic LIKE 'project:%';
--> statement-breakpoint
UPDATE live_topics SET project_id = jobs.project_id FROM jobs WHERE topic = 'job:' || jobs.id AND jobs.project_id IS NOT NULL;
--> statement-breakpoint
RESET ROLE;
