-- Drafts of several files.
--
-- What stands in a session's editor is an object of modules by name, in the order of their tabs, and the name of the main one.
-- `draft_revision` counts what was saved: who saves names the revision that the text was made from, and is refused where another
-- one came between. Times are epoch milliseconds.

ALTER TABLE sessions ADD COLUMN draft_files TEXT;      -- JSON: names to texts, or to objects of a kind; null where nothing was saved

ALTER TABLE sessions ADD COLUMN draft_main TEXT;

ALTER TABLE sessions ADD COLUMN draft_revision INTEGER NOT NULL DEFAULT 0;

UPDATE sessions
SET draft_files = json_object('workflow.' || draft_language, coalesce(draft_source, '')),
    draft_main = 'workflow.' || draft_language,
    draft_revision = 1
WHERE draft_saved IS NOT NULL;

ALTER TABLE sessions DROP COLUMN draft_source;

ALTER TABLE sessions DROP COLUMN draft_language;

-- versions are listed by when they came to be
CREATE INDEX versions_by_time ON versions (tenant, created, id);
