import { getRequestListener } from "@hono/node-server";
import { openWebApp } from "./web-app.ts";

const { app } = openWebApp();

/** The function that Vercel calls for `/api` and everything below: a plain Node handler. */
const handler = getRequestListener(app.fetch);

// Vercel takes the default export of a function's module.
export { handler as default };
