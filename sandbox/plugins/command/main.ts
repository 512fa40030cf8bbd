import { serveProvider } from "../kit/serve-provider.ts";
import { localCommand } from "./local-command.ts";

serveProvider({
  name: "command",
  version: "1.2.1",
  config: [],
  secretConfig: [],
  types: { "command:local:Command": localCommand },
});
