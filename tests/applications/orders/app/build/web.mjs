// Builds the web into `.vercel/output`, in the form of the Build Output API: static pages, two functions, routes, headers.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";

const app = join(import.meta.dirname, "..");
const out = join(app, ".vercel", "output");
await rm(out, { recursive: true, force: true });
await mkdir(join(out, "static"), { recursive: true });
const pages = join(app, "web", "pages");
for (const page of await readdir(pages)) {
  const text = await readFile(join(pages, page), "utf8");
  await writeFile(join(out, "static", page), text.replaceAll("{{SHOP_NAME}}", process.env.SHOP_NAME ?? ""));
}
for (const name of ["orders", "status"]) {
  const folder = join(out, "functions", "api", `${name}.func`);
  await bundle(`web/${name}.mjs`, join(folder, "index.mjs"));
  const config = {
    runtime: "nodejs22.x",
    handler: "index.mjs",
    launcherType: "Nodejs",
    shouldAddHelpers: false,
  };
  await writeFile(join(folder, ".vc-config.json"), JSON.stringify({ ...config, maxDuration: 10 }));
}
const routes = [
  { src: "/(.*)", headers: { "x-content-type-options": "nosniff" }, continue: true },
  { src: "/start", status: 308, headers: { location: "/" } },
  { src: "/api/orders/\\d+", dest: "/api/orders" },
  { handle: "filesystem" },
  { src: "/.*", status: 404 },
];
const overrides = { "terms.html": { path: "terms" } };
await writeFile(join(out, "config.json"), JSON.stringify({ version: 3, routes, overrides }));
