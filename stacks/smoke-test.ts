import type { SmokeCommand } from "@rollout/infra/rollout/smoke/run-smoke-command";

/** The smoke test of the application: its own command, which ends itself after 90 s and is killed soon after. */
export const smokeTest: SmokeCommand = { command: "npm run smoke:release", limitSeconds: 100 };
