import type { IsBroken } from "./faults.ts";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const html = { "content-type": "text/html; charset=utf-8" };
const page = (title: string, rest = ""): Answer => ({
  status: 200,
  headers: html,
  body: `<!doctype html><title>${title}</title><h1>${title}</h1>${rest}`,
});
const redirect = (status: number, location: string): Answer => ({ status, headers: { location } });

/** The pages that are open to everybody; undefined where there is none at the path. */
export function pageAt(path: string, isBroken: IsBroken): Answer | undefined {
  return Object.hasOwn(pages, path) ? pages[path]?.(isBroken) : undefined;
}

export function missingPage(isBroken: IsBroken): Answer {
  return { ...page("Nothing here"), status: isBroken("landing: a page that is not there") ? 200 : 404 };
}

const pages: Readonly<Record<string, (isBroken: IsBroken) => Answer>> = {
  "/": (isBroken) =>
    isBroken("landing: the home page")
      ? { status: 500, body: "out of order" }
      : page("Letters that are read"),
  "/prices": (isBroken) => page("Prices", isBroken("landing: the prices") ? "" : "<p>9 € a month</p>"),
  "/app": (isBroken) => redirect(302, isBroken("customers: sign in first") ? "/" : "/sign-in?next=/app"),
  "/sign-in": (isBroken) =>
    page(
      "Sign in",
      `<form></form>${isBroken("customers: the sign-in page is small") ? " ".repeat(300_000) : ""}`,
    ),
  "/app/app.js": (isBroken) => ({
    status: 200,
    headers: {
      "content-type": "text/javascript",
      ...(isBroken("customers: scripts are cached")
        ? {}
        : { "cache-control": "public, max-age=31536000, immutable" }),
    },
    body: "export {};",
  }),
  "/partners": (isBroken) =>
    redirect(isBroken("partners: the address moved for good") ? 302 : 308, "/partners/"),
  "/partners/": (isBroken) => {
    const { headers, ...rest } = page("Partners");
    return {
      ...rest,
      headers: {
        ...headers,
        ...(isBroken("partners: no other site may frame it") ? {} : { "x-frame-options": "DENY" }),
      },
    };
  },
  "/partners/feed.json": (isBroken) => ({
    status: 200,
    headers: { "content-type": "application/feed+json" },
    body: JSON.stringify({
      title: "Partners",
      items: [{ id: "1", ...(isBroken("partners: the feed") ? {} : { url: "https://partner.example/1" }) }],
    }),
  }),
};
