import { realpathSync } from "node:fs";
import { join } from "node:path";
import { openTokens, type Tokens } from "../environment.ts";
import { homeFolder, openHome, type Home } from "../home.ts";
import { finishRestore } from "../snapshot/pending-restore.ts";
import { openProgress, type Progress } from "../toolchain/progress.ts";

/** A sandbox as the command line sees it. */
export interface Sandbox {
  /** Without symbolic links. */
  readonly checkout: string;
  readonly home: Home;
  readonly tokens: Tokens;
  readonly progress: Progress;
  readonly environment: NodeJS.ProcessEnv;
}

export function openSandbox(environment: NodeJS.ProcessEnv): Sandbox {
  const checkout = realpathSync(join(import.meta.dirname, "..", ".."));
  finishRestore(homeFolder(checkout, environment["SANDBOX_HOME"]));
  const home = openHome(checkout, environment["SANDBOX_HOME"]);
  return { checkout, home, tokens: openTokens(home), progress: openProgress(), environment };
}
