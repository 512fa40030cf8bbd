import { type SeenAnswer } from "../facts.ts";
import { provider, types } from "./shared.ts";

export const accountAnswers: readonly SeenAnswer[] = [
  {
    call: "GET /v2/user",
    status: 200,
    source: types,
    fields: {
      user: "object",
      "user.id": "string",
      "user.email": "string",
      "user.username": "string",
      "user.name": "string | null",
      "user.defaultTeamId": "string | null",
    },
  },
  {
    call: "GET /v2/teams/{teamId}",
    status: 200,
    source: `${types}, ${provider("team")}`,
    fields: {
      id: "string",
      slug: "string",
      name: "string | null",
      "avatar?": "string | null",
      creatorId: "string",
    },
  },
];
