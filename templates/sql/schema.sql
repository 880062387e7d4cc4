-- The schema that the database shall have: what `create` statements of PostgreSQL say, and nothing that changes anything
-- that is there. Edit it, then run:
--
--   npx dbmig revision --autogenerate -m "what changed"
--   npx dbmig upgrade head
--
-- It may be split over files: `schema` in the configuration takes a list.

create table author (
  id bigint generated always as identity primary key,
  email text not null unique,
  created_at timestamptz not null default now()
);

comment on table author is 'who writes';
