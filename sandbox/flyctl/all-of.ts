/** Waits for all, then fails with the first failure: nothing goes on behind the back of a command that ended. */
export async function allOf(works: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

/** Runs `work` for each, `most` at a time; after a failure none is begun, and those under way are waited for. */
export async function inPool<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  let isFailing = false;
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && !isFailing; item = queue.shift())
      try {
        await work(item);
      } catch (error) {
        isFailing = true;
        throw error;
      }
  };
  await allOf(Array.from({ length: Math.min(most, items.length) }, worker));
}
