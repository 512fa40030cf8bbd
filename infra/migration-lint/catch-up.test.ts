import { expect, it } from "vitest";
import { catchUps, setvals } from "./catch-up.ts";
import { loadParser, statementsIn } from "./parser.ts";

it.each([
  ["SELECT setval('audit_id_seq', (SELECT max(id) FROM audit))", "audit_id_seq"],
  [
    "SELECT pg_catalog.setval('public.audit_id_seq'::regclass, (SELECT max(id) FROM public.audit), true)",
    "audit_id_seq",
  ],
  ["SELECT setval('audit_id_seq', coalesce(max(id), 0) + 1, false) FROM audit", "audit_id_seq"],
  ["SELECT setval('audit_id_seq', greatest(100, (SELECT max(id) FROM audit)))", "audit_id_seq"],
  ["SELECT setval(pg_get_serial_sequence('audit', 'id'), max(id)) FROM audit", undefined],
])("takes for a counter that catches up: %s", async (sql, sequence) => {
  const [statement] = statementsIn(sql, await loadParser());
  expect(statement && catchUps(statement)).toEqual([
    { table: "audit", column: "id", ...(sequence === undefined ? {} : { sequence }) },
  ]);
});

it.each([
  "SELECT setval('audit_id_seq', 1)",
  "SELECT setval('audit_id_seq', (SELECT max(id) FROM audit), false)",
  "SELECT setval('audit_id_seq', (SELECT max(id) FROM audit) - 10)",
  "SELECT setval('audit_id_seq', (SELECT max(id) FROM audit WHERE id < 10))",
  "SELECT setval('audit_id_seq', (SELECT max(id) FROM plans))",
  "SELECT setval('audit_id_seq', max(audit.id)) FROM audit, plans",
  "SELECT setval('audit_id_seq', (SELECT max(id) FROM audit)) WHERE false",
  "SELECT setval(pg_get_serial_sequence('plans', 'id'), max(id)) FROM audit",
  "SELECT setval('audit_id_seq', (SELECT min(id) FROM audit))",
])("takes for none: %s", async (sql) => {
  const [statement] = statementsIn(sql, await loadParser());
  expect(statement && setvals(statement).map(({ caughtUp }) => caughtUp)).toEqual([undefined]);
});
