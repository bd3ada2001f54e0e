-- What a customer sees who sees all of their organisation's.
create index ticket_by_organisation on ticket (desk_id, organisation_id, received_at) where organisation_id is not null;
