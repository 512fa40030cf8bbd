import { type SeenAnswer } from "../facts.ts";
import { cassette } from "./shared.ts";

export const accountAnswers: readonly SeenAnswer[] = [
  {
    call: "GET /users/me",
    status: 200,
    source: cassette("me"),
    fields: {
      id: "string",
      email: "string",
      login: "string",
      name: "string",
      last_name: "string",
      image: "string",
      plan: "string",
      projects_limit: "integer",
      branches_limit: "integer",
      max_autoscaling_limit: "number",
      active_seconds_limit: "integer",
      auth_accounts: "array",
      "auth_accounts[].email": "string",
      "auth_accounts[].image": "string",
      "auth_accounts[].login": "string",
      "auth_accounts[].name": "string",
      "auth_accounts[].provider": "string",
      billing_account: "object",
      "billing_account.state": "string",
      "billing_account.subscription_type": "string",
      "billing_account.payment_source": "object",
      "billing_account.payment_source.type": "string",
      "billing_account.payment_method": "string",
      "billing_account.quota_reset_at_last": "string",
      "billing_account.name": "string",
      "billing_account.email": "string",
    },
  },
];
