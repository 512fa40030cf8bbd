import type { VercelCloud } from "./cloud.ts";
import type { Alias, Deployment } from "./state.ts";

type Address = Pick<VercelCloud, "edge" | "listeners">;

/** Serves the alias on its port from now on. Rejects where the port is taken. */
export function listenFor({ edge, listeners }: Address, alias: Alias): Promise<void> {
  return listeners.listen(alias.port, (request, response) => edge.toAlias(alias.uid, request, response));
}

/** Serves the deployment on its own port from now on. Rejects where the port is taken. */
export function listenForDeployment({ edge, listeners }: Address, deployment: Deployment): Promise<void> {
  return listeners.listen(deployment.port, (request, response) =>
    edge.toDeployment(deployment.id, request, response),
  );
}
