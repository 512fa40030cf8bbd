import { expect, it } from "vitest";
import { page } from "./page.ts";

const items = ["a", "b", "c"].map((id) => ({ id }));
const ids = (query: Record<string, string>): string[] => page(items, query).items.map(({ id }) => id);

it("gives each page that has items a cursor, and ends a list by an empty page, as Neon does", () => {
  expect(page(items, { limit: "2" })).toEqual({ items: [{ id: "a" }, { id: "b" }], next: "b" });
  expect(page(items, { limit: "2", cursor: "b" })).toEqual({ items: [{ id: "c" }], next: "c" });
  expect(page(items, { limit: "2", cursor: "c" })).toEqual({ items: [] });
});

it("ends a list whose cursor was deleted instead of beginning again", () => {
  expect(ids({ cursor: "deleted" })).toEqual([]);
});
