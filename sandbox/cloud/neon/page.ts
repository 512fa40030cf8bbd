import { ApiError } from "./api-error.ts";

const usualLimit = 100;

/** One page of a list; the cursor is the id of the last thing on the page before. */
export function page<Item extends { readonly id: string }>(
  items: readonly Item[],
  query: Readonly<Record<string, string>>,
): { items: readonly Item[]; next?: string } {
  const limit = query["limit"] === undefined ? usualLimit : Number(query["limit"]);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new ApiError(400, "limit: must be a whole number from 1 to 10000");
  const cursor = query["cursor"];
  const from = cursor === undefined ? 0 : items.findIndex(({ id }) => id === cursor) + 1;
  const onPage = items.slice(from, from + limit);
  const last = onPage.at(-1);
  return last && from + limit < items.length ? { items: onPage, next: last.id } : { items: onPage };
}
