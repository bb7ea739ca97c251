// The schema that stands before the examples of every rule.
export const exampleSchema = `create table customers (id bigint generated always as identity primary key, email varchar(100));
create table orders (
  id bigint generated always as identity primary key,
  customer_id bigint,
  total numeric(10, 2),
  quantity integer,
  note varchar(50),
  state text not null default 'new'
);
create index orders_state_idx on orders (state);
create unique index customers_email_key on customers (email);
create unique index orders_customer_key on orders (customer_id, id);
create type mood as enum ('happy', 'sad');
create domain positive as integer;
create materialized view totals as select customer_id, sum(total) from orders group by 1;
create unique index totals_key on totals (customer_id);
create table events (at date not null) partition by range (at);
create table events_2025 partition of events for values from ('2025-01-01') to ('2026-01-01');
create table events_old (at date not null);
`;
