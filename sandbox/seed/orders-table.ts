/** The rows that must come back: a table whose content follows from its length alone. */
import type { Address } from '../controllers/postgres/wire.ts';
import { query } from '../controllers/postgres/wire.ts';

export interface TableState {
  readonly rows: number;
  /** MD5 over all rows in order. */
  readonly checksum: string;
}

/** Drops an earlier table of that name. Everything is committed when it returns. */
export async function writeOrders(address: Address, rows: number): Promise<TableState> {
  await query(
    address,
    `BEGIN;
     DROP TABLE IF EXISTS orders;
     CREATE TABLE orders (id integer PRIMARY KEY, customer text NOT NULL, cents integer NOT NULL, placed timestamptz NOT NULL);
     INSERT INTO orders
       SELECT n, 'customer-' || n % 97, (n * 7919) % 100000, timestamptz '2026-01-01 00:00:00+00' + n * interval '1 minute'
       FROM generate_series(1, ${Math.trunc(rows)}) AS n;
     COMMIT;
     CREATE EXTENSION IF NOT EXISTS amcheck`,
  );
  return readOrders(address);
}

export async function readOrders(address: Address): Promise<TableState> {
  const [row] = await query(
    address,
    `SET timezone = 'UTC'; SELECT count(*), coalesce(md5(string_agg(o::text, ';' ORDER BY id)), '') FROM orders o`,
  );
  return { rows: Number(row?.[0]), checksum: row?.[1] ?? '' };
}
