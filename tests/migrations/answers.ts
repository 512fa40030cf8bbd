import type pg from "pg";

/** What a statement of the running release answers: how many rows it met, or why it failed. */
export type Answer = { readonly rows: number; readonly isRead: boolean } | { readonly error: string };

/** What the running release's statements answer. Each is undone: none sees what another wrote. */
export async function answers(
  client: pg.Client,
  statements: readonly string[],
): Promise<ReadonlyMap<string, Answer>> {
  const { rows } = await client.query<{
    found: readonly ({ readonly rows: number } | { readonly error: string })[];
  }>("SELECT probe.answers($1) AS found", [[...statements]]);
  const isRead = (statement: string): boolean => !/^(?:insert|update)\b/i.test(statement);
  return new Map(
    (rows[0]?.found ?? []).map((one, index) => {
      const statement = statements[index] ?? "";
      return [statement, "error" in one ? one : { ...one, isRead: isRead(statement) }];
    }),
  );
}

/** The statements that fail, and did not before. */
export function failing(
  before: ReadonlyMap<string, Answer>,
  after: ReadonlyMap<string, Answer>,
): readonly string[] {
  return [...after].flatMap(([statement, answer]) => {
    const old = before.get(statement);
    return "error" in answer && old && !("error" in old) ? [`${statement}: ${answer.error}`] : [];
  });
}

/** The statements that meet fewer rows, without an error: read ones, or written ones. More may have come with the migration. */
export function meetingFewer(
  before: ReadonlyMap<string, Answer>,
  after: ReadonlyMap<string, Answer>,
  kind: "read" | "written",
): readonly string[] {
  return [...after].flatMap(([statement, answer]) => {
    const old = before.get(statement);
    if (!old || "error" in old || "error" in answer || answer.isRead !== (kind === "read")) return [];
    return old.rows <= answer.rows ? [] : [`${statement}: ${old.rows} rows before, ${answer.rows} now`];
  });
}
