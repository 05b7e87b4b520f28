-- The language of what stands in a session's editor: js or ts.
ALTER TABLE sessions ADD COLUMN draft_language TEXT NOT NULL DEFAULT 'js';
