/** Vercel gives at most a hundred at once, newest first, and the time where the next page begins. */
export async function everyPage<Key extends string, Item>(
  page: (until: { readonly until?: number }) => Promise<
    Readonly<Record<Key, readonly Item[]>> & {
      readonly pagination?: { readonly next?: number | null | undefined } | undefined;
    }
  >,
  key: Key,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let until: { readonly until?: number } = {};
  for (;;) {
    const answer = await page(until);
    items.push(...answer[key]);
    const next = answer.pagination?.next;
    if (next === null || next === undefined) return items;
    until = { until: next };
  }
}
