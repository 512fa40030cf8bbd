import { expect, it } from "vitest";
import { loadParser } from "./parser.ts";
import { readTriggerBody, type TriggerBody } from "./trigger-body.ts";

/** What a trigger's function with this code does. */
async function read(code: string, declared = ""): Promise<TriggerBody | undefined> {
  const parser = await loadParser();
  const text = `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ ${declared} BEGIN ${code} END $$`;
  const [statement] = parser.statements(text);
  return statement && readTriggerBody(statement.node, parser);
}

it.each([
  ["RETURN NEW;", ["new"]],
  ["RETURN OLD;", ["old"]],
  ["RETURN NULL;", ["null"]],
  ["RETURN coalesce( new , OLD );", ["row"]],
  ["RETURN CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE NULL END;", ["null"]],
  ["IF NEW.a THEN RETURN NULL; ELSE LOOP RETURN OLD; END LOOP; END IF;", ["null", "old"]],
  ["BEGIN RETURN NEW; EXCEPTION WHEN OTHERS THEN RETURN NULL; END;", ["new", "null"]],
])("reads what is returned by %s", async (code, answers) => {
  expect((await read(code))?.answers).toEqual(answers);
});

it("does not follow the row under another name", async () => {
  expect((await read("r.a := 1; RETURN r;", "DECLARE r ALIAS FOR NEW;"))?.answers).toContain("other");
});

it.each([
  ["RAISE EXCEPTION 'no';", true],
  ["RAISE unique_violation;", true],
  ["RAISE SQLSTATE '22012';", true],
  ["ASSERT NEW.a > 1;", true],
  ["SELECT 1 INTO STRICT NEW.a FROM plans;", true],
  ["RAISE WARNING 'mind';", false],
])("reads whether an error is raised by %s", async (code, raises) => {
  expect((await read(`${code} RETURN NEW;`))?.raises).toBe(raises);
});

it.each([
  ["IF NEW.a THEN RETURN NEW; END IF;", true],
  ["IF NEW.a THEN RETURN NEW; ELSE RAISE EXCEPTION 'no'; END IF;", false],
  ["CASE NEW.a WHEN 1 THEN RETURN NEW; ELSE RETURN OLD; END CASE;", false],
  ["CASE NEW.a WHEN 1 THEN RETURN NEW; ELSE NULL; END CASE;", true],
  ["BEGIN RETURN NEW; EXCEPTION WHEN OTHERS THEN NULL; END;", true],
  ["PERFORM 1; RETURN NEW;", false],
])("reads whether the end can be reached in %s", async (code, mayEnd) => {
  expect((await read(code))?.mayEnd).toBe(mayEnd);
});

it.each([
  ["NEW.notes := NULL;", [{ column: "notes", keeps: false }]],
  ["NEW.tags[1] = 'x';", [{ column: "tags", keeps: false }]],
  ['NEW."Notes" := 1;', [{ column: "Notes", keeps: false }]],
  ["NEW := OLD;", [{ keeps: false }]],
  ["EXECUTE 'SELECT 1' INTO NEW.notes;", [{ column: "notes", keeps: false }]],
  ["FOR NEW IN SELECT * FROM plans LOOP END LOOP;", [{ keeps: false }]],
  ["NEW.notes := coalesce(NEW.notes, 'none');", [{ column: "notes", keeps: true }]],
  ["NEW.notes := coalesce(OLD.notes, 'none');", [{ column: "notes", keeps: false }]],
  ["IF NEW.notes IS NULL THEN NEW.notes := 'none'; END IF;", [{ column: "notes", keeps: true }]],
  ["IF NEW.notes IS NULL OR true THEN NEW.notes := 'none'; END IF;", [{ column: "notes", keeps: false }]],
  ["IF NEW.notes IS NULL THEN NULL; ELSE NEW.notes := 'none'; END IF;", [{ column: "notes", keeps: false }]],
  ["NEW.updated_at := now() AT TIME ZONE 'utc';", [{ column: "updated_at", keeps: true }]],
  ['NEW."updatedAt" = CURRENT_TIMESTAMP;', [{ column: "updatedAt", keeps: true }]],
  ["NEW.updated_at := NEW.created_at;", [{ column: "updated_at", keeps: false }]],
  ["NEW.created_at := now();", [{ column: "created_at", keeps: false }]],
])("reads what is written into the row by %s", async (code, assignments) => {
  expect((await read(`${code} RETURN NEW;`))?.assignments).toEqual(assignments);
});

it("reads no function in another language", async () => {
  const parser = await loadParser();
  const [statement] = parser.statements("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
  expect(statement && readTriggerBody(statement.node, parser)).toBeUndefined();
});
