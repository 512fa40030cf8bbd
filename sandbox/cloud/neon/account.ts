import type { CurrentUserInfoResponse, Organization } from "@neon/sdk";
import { Hono } from "hono";
import type { Account } from "../account/account.ts";
import { subscriptionOf } from "./answers.ts";
import { ApiError } from "./api-error.ts";
import type { ControlPlane } from "./control-plane.ts";
import { branchesLimit, currentPlan } from "./limits.ts";
import { isPersonalKey, ownOrganization } from "./organization.ts";

/* oxlint-disable typescript/no-deprecated -- fields that Neon calls deprecated are still required in its answers */

const since = "2026-01-01T00:00:00Z";
const regions = { "aws-eu-central-1": "AWS Europe Central 1 (Frankfurt)", "aws-us-east-1": "AWS US East 1" };

/**
 * What only a user may ask. Status and end of the text as neon-pkgs' live tests have them, packages/sdk/e2e/errors.e2e.test.ts;
 * how the text begins is not known.
 */
function refuseOrganizationKey(account: Account): void {
  if (!isPersonalKey(account)) throw new ApiError(404, "this call is not allowed for organization API keys");
}

/** Fields as in neon-api-python, test_me.yaml; there is no billing here. */
const billingAccount = (account: Account): NonNullable<CurrentUserInfoResponse["billing_account"]> => ({
  state: "active",
  payment_source: { type: "" },
  subscription_type: subscriptionOf(account),
  payment_method: "none",
  quota_reset_at_last: since,
  name: "You",
  email: "you@sandbox.invalid",
  address_city: "",
  address_country: "",
  address_line1: "",
  address_line2: "",
  address_postal_code: "",
  address_state: "",
});

/** Who asks, which neonctl requires before it lists projects. */
export function accountRoutes(plane: ControlPlane): Hono {
  const routes = new Hono();

  const organization = (): Organization => ({
    id: ownOrganization,
    name: "Sandbox",
    handle: "sandbox",
    plan: currentPlan(plane.account),
    created_at: since,
    updated_at: since,
    managed_by: "console",
  });

  routes.get("/users/me", (context) => {
    refuseOrganizationKey(plane.account);
    const body: CurrentUserInfoResponse = {
      id: "00000000-0000-4000-8000-000000000000",
      email: "you@sandbox.invalid",
      login: "you",
      name: "You",
      last_name: "",
      image: "",
      plan: subscriptionOf(plane.account),
      projects_limit: 100,
      branches_limit: branchesLimit(plane.account),
      max_autoscaling_limit: 16,
      active_seconds_limit: 0,
      auth_accounts: [],
      billing_account: billingAccount(plane.account),
    };
    return context.json(body);
  });

  routes.get("/users/me/organizations", (context) => context.json({ organizations: [organization()] }));

  routes.get("/organizations/:organization", (context) => {
    if (context.req.param("organization") !== ownOrganization)
      throw new ApiError(404, "organization not found");
    return context.json(organization());
  });

  routes.get("/regions", (context) =>
    context.json({
      regions: Object.entries(regions).map(([id, name], at) => ({
        region_id: id,
        name,
        default: at === 0,
        geo_lat: "",
        geo_long: "",
      })),
    }),
  );

  routes.get("/auth", (context) =>
    context.json({
      account_id: ownOrganization,
      auth_method: isPersonalKey(plane.account) ? "api_key_user" : "api_key_org",
    }),
  );

  // No other user is here to share a project.
  routes.get("/projects/shared", (context) => context.json({ projects: [] }));

  return routes;
}
