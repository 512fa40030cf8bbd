import { serveProvider } from "../kit/serve-provider.ts";

serveProvider({ name: "vercel", version: "5.4.1", config: [], types: {} });
