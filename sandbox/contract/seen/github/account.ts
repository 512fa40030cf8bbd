import { type SeenAnswer } from "../facts.ts";
import { account, dated, hub4j, pygithub } from "./shared.ts";

export const accountAnswers: readonly SeenAnswer[] = [
  {
    call: "GET /rate_limit",
    status: 200,
    source: pygithub("RateLimiting.testGetRateLimit", "RateLimitOverview.setUp"),
    fields: {
      resources: "object",
      "resources.core": "object",
      "resources.core.limit": "integer",
      "resources.core.used": "integer",
      "resources.core.remaining": "integer",
      "resources.core.reset": "integer",
      "resources.search": "object",
      "resources.graphql": "object",
      rate: "object",
      "rate.limit": "integer",
      "rate.used": "integer",
      "rate.remaining": "integer",
      "rate.reset": "integer",
    },
  },
  {
    call: "GET /user",
    status: 200,
    source: hub4j("GHPullRequestTest/pullRequestReviews"),
    fields: { ...account, name: "string | null", email: "string | null", ...dated },
  },
];
