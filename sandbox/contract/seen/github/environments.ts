import { type Fields, type SeenAnswer, under } from "../facts.ts";
import { environment, pygithub, repository } from "./shared.ts";

const protectedEnvironment: Fields = {
  id: "integer",
  node_id: "string",
  name: "string",
  url: "string",
  html_url: "string",
  created_at: "string",
  updated_at: "string",
  protection_rules: "array",
  "protection_rules[].id": "integer",
  "protection_rules[].node_id": "string",
  "protection_rules[].type": "string: required_reviewers, wait_timer, branch_policy",
  "protection_rules[].reviewers?": "array",
  "protection_rules[].wait_timer?": "integer",
  "protection_rules[].prevent_self_review?": "boolean",
  deployment_branch_policy: "object | null",
  "deployment_branch_policy.protected_branches": "boolean",
  "deployment_branch_policy.custom_branch_policies": "boolean",
};

export const environmentAnswers: readonly SeenAnswer[] = [
  {
    call: `GET ${repository}/environments`,
    status: 200,
    source: pygithub("Environment.testGetEnvironments"),
    fields: {
      total_count: "integer",
      environments: "array",
      ...under("environments[]", protectedEnvironment),
    },
  },
  {
    call: `GET ${environment}`,
    status: 200,
    source: pygithub("Environment.testReviewers", "Environment.setUp"),
    fields: protectedEnvironment,
  },
  {
    call: `PUT ${environment}`,
    status: 200,
    source: pygithub("Environment.testCreateEnvironment", "Environment.testEnvironmentSecrets"),
    fields: { ...protectedEnvironment, can_admins_bypass: "boolean" },
  },
  {
    call: `DELETE ${environment}`,
    status: 204,
    source: pygithub("Environment.testDeleteEnvironment", "Environment.testEnvironmentSecrets"),
    fields: {},
  },
];
