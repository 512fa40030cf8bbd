import { shellQuote } from "./bundles.ts";

/**
 * The `vercel` of a sandbox: the user's own, told on its command line where the cloud is, since no variable of the
 * environment does (vercel/vercel packages/cli/src/index.ts, `--api`).
 */
export function vercelWrapper(binFolder: string): string {
  return `#!/bin/sh
own=${shellQuote(binFolder)}
export VERCEL_TELEMETRY_DISABLED=1
IFS=:
for folder in $PATH; do
  [ "$folder" -ef "$own" ] && continue
  [ -x "$folder/vercel" ] && unset IFS && exec "$folder/vercel" --api "$VERCEL_API_URL" "$@"
done
echo "There is no vercel on the PATH. Install it with: npm install --global vercel" >&2
exit 127
`;
}
