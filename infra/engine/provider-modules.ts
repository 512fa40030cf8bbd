import { provider as neonProject } from "../neon/providers/project.ts";
import { provider as neonExistingProject } from "../neon/providers/existing-project.ts";
import { provider as neonBranch } from "../neon/providers/branch.ts";
import { provider as neonEndpoint } from "../neon/providers/endpoint.ts";
import { provider as neonRole } from "../neon/providers/role.ts";
import { provider as neonDatabase } from "../neon/providers/database.ts";
import { provider as neonApplicationRole } from "../neon/providers/application-role.ts";
import { provider as neonRetiredLogins } from "../neon/providers/retired-logins.ts";
import { provider as neonConnection } from "../neon/providers/connection.ts";
import { provider as flyApp } from "../fly/providers/app.ts";
import { provider as flyAppSecrets } from "../fly/providers/app-secrets.ts";
import { provider as flyDeployment } from "../fly/providers/deployment.ts";
import { provider as flyDrained } from "../fly/providers/drained.ts";
import { provider as flyImage } from "../fly/providers/image.ts";
import { provider as railwayService } from "../railway/providers/service.ts";
import { provider as railwayVariables } from "../railway/providers/variables.ts";
import { provider as railwayDeployment } from "../railway/providers/deployment.ts";
import { provider as railwayDrained } from "../railway/providers/drained.ts";
import { provider as githubRuleset } from "../github/providers/ruleset.ts";
import { provider as githubSecret } from "../github/providers/secret.ts";
import { provider as vercelDeployment } from "../vercel/providers/deployment.ts";
import { provider as vercelLive } from "../vercel/providers/live.ts";
import { provider as vercelProjectSettings } from "../vercel/providers/project-settings.ts";
import { provider as vercelVariable } from "../vercel/providers/variable.ts";
import { provider as vercelProtectionBypass } from "../vercel/providers/protection-bypass.ts";
import { provider as rolloutGate } from "../rollout/providers/gate.ts";
import { provider as rolloutAttempt } from "../rollout/providers/attempt.ts";
import { provider as rolloutApiKey } from "../rollout/providers/api-key.ts";
import { provider as rolloutBackup } from "../rollout/providers/backup.ts";
import { provider as rolloutRehearsal } from "../rollout/providers/rehearsal.ts";
import { provider as rolloutAfterLive } from "../rollout/providers/after-live.ts";
import { provider as rolloutSmoke } from "../rollout/providers/smoke.ts";
import { provider as rolloutStatus } from "../rollout/providers/status.ts";

/**
 * The paths that stand in states: a module that moves keeps its old path here. Vendors' libraries are loaded by their
 * clients when they are first called, so that naming every module costs nothing.
 */
export const providerModules: Readonly<Record<string, unknown>> = {
  "neon/project": neonProject,
  "neon/existing-project": neonExistingProject,
  "neon/branch": neonBranch,
  "neon/endpoint": neonEndpoint,
  "neon/role": neonRole,
  "neon/database": neonDatabase,
  "neon/connection": neonConnection,
  "neon/application-role": neonApplicationRole,
  "neon/retired-logins": neonRetiredLogins,
  "fly/app": flyApp,
  "fly/app-secrets": flyAppSecrets,
  "fly/deployment": flyDeployment,
  "fly/image": flyImage,
  "fly/drained": flyDrained,
  "railway/service": railwayService,
  "railway/variables": railwayVariables,
  "railway/deployment": railwayDeployment,
  "railway/drained": railwayDrained,
  "github/ruleset": githubRuleset,
  "github/secret": githubSecret,
  "vercel/deployment": vercelDeployment,
  "vercel/live": vercelLive,
  "vercel/project-settings": vercelProjectSettings,
  "vercel/variable": vercelVariable,
  "vercel/protection-bypass": vercelProtectionBypass,
  "rollout/gate": rolloutGate,
  "rollout/attempt": rolloutAttempt,
  "rollout/api-key": rolloutApiKey,
  "rollout/backup": rolloutBackup,
  "rollout/rehearsal": rolloutRehearsal,
  "rollout/after-live": rolloutAfterLive,
  "rollout/smoke": rolloutSmoke,
  "rollout/status": rolloutStatus,
};
