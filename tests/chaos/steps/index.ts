import type { Step } from "../step.ts";
import { flySteps } from "./fly.ts";
import { githubSteps } from "./github.ts";
import { neonSteps } from "./neon.ts";
import { secondDeployment, vercelSteps } from "./vercel.ts";

/** All of them, in the order of a rollout as far as one needs another. */
export const steps: readonly Step[] = [...githubSteps, ...neonSteps, ...flySteps, ...vercelSteps];

/** What they need, and is none of them in another form. */
export const neededSteps: readonly Step[] = [...steps, secondDeployment];
