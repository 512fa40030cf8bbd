import { serveProvider } from "../kit/serve-provider.ts";

serveProvider({ name: "github", version: "6.15.0", config: [], types: {} });
