-- What became of each mail that answers a sender. A mail is one arrival told to one recipient.
create table ops.mail_deliveries (
    mail_event_id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    -- stands in the Message-ID: the same whenever the same answer is sent to the same recipient
    mail_id text not null check (mail_id ~ '^[0-9]+-[0-9a-f]{16}$'),
    arrival_id bigint not null references ops.arrivals,
    recipient text not null check (recipient !~ '[[:cntrl:][:space:]]'),
    -- sent: the mail server took it; refused: it never will, or it was tried too often; retried: not yet, tried again
    event text not null check (event in ('sent', 'refused', 'retried', 'acknowledged')),
    attempt integer check (attempt > 0),
    smtp_code integer,
    smtp_reply text check (smtp_reply !~ '[[:cntrl:]]'),
    acknowledged_by text,
    recorded_by text not null default session_user,
    check ((event = 'acknowledged') = (acknowledged_by is not null)),
    check ((event = 'acknowledged') = (attempt is null)),
    unique (mail_id, attempt)
);
-- A mail is sent once or given up once, and then nothing more is tried.
create unique index mail_deliveries_end_once on ops.mail_deliveries (mail_id) where event in ('sent', 'refused');
create unique index mail_deliveries_acknowledged_once on ops.mail_deliveries (mail_id) where event = 'acknowledged';
create index on ops.mail_deliveries (arrival_id);

create trigger append_only before update or delete or truncate on ops.mail_deliveries
for each statement execute function ops.refuse_change();

grant select on ops.mail_deliveries to loader, auditor;
grant insert on ops.mail_deliveries to loader;
