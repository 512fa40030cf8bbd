import type { Context } from "hono";
import type { GithubCloud } from "./cloud.ts";

/** The page of `items` that the query asks for; sets the Link header as the vendor does. */
export function paginate<Item>({ context }: GithubCloud, c: Context, items: readonly Item[]): Item[] {
  const size = Math.min(Math.max(Number(c.req.query("per_page") ?? 30) || 30, 1), 100);
  const page = Math.max(Number(c.req.query("page") ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (to: number, rel: string): string => {
    const query = new URLSearchParams({ ...c.req.query(), page: String(to) });
    return `<${context.origin}${c.req.path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev"), link(1, "first")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
  ];
  if (links.length > 0) c.header("link", links.join(", "));
  return items.slice((page - 1) * size, page * size);
}
