import { ApiError } from "./api-error.ts";

const usualLimit = 100;

/**
 * One page of a list; the cursor is the id of the last thing on the page before. A page that has items has a cursor, the
 * last one too: only an empty page ends a list (neon-api-python, cassettes). So does a cursor whose thing was deleted.
 */
export function page<Item extends { readonly id: string }>(
  items: readonly Item[],
  query: Readonly<Record<string, string>>,
): { items: readonly Item[]; next?: string } {
  const limit = query["limit"] === undefined ? usualLimit : Number(query["limit"]);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new ApiError(400, "limit: must be an integer from 1 to 10000");
  const cursor = query["cursor"];
  const known = items.findIndex(({ id }) => id === cursor);
  if (cursor !== undefined && known < 0) return { items: [] };
  const onPage = items.slice(known + 1, known + 1 + limit);
  const last = onPage.at(-1);
  return last ? { items: onPage, next: last.id } : { items: onPage };
}
