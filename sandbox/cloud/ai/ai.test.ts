import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestCloud } from "../test-context.ts";
import { openTestCloud } from "../test-context.ts";
import { open } from "./index.ts";

interface Plan {
  modules: { title: string; tasks: { title: string }[] }[];
}

describe("the AI emulator, spoken to by OpenAI's client", () => {
  let cloud: TestCloud;
  const client = (apiKey: string): OpenAI =>
    new OpenAI({ apiKey, baseURL: `${cloud.origin}/v1`, maxRetries: 0, timeout: 60_000 });
  const ask = async (question: string): Promise<string | null | undefined> => {
    const completion = await client(cloud.token).chat.completions.create({
      model: "any",
      response_format: { type: "json_object" },
      messages: [
        { role: "system", content: "Answer with one JSON object." },
        { role: "user", content: question },
      ],
    });
    expect(completion.usage?.total_tokens).toBeGreaterThan(0);
    return completion.choices[0]?.message.content;
  };

  beforeAll(async () => {
    cloud = await openTestCloud("ai", open);
  });
  afterAll(() => cloud.close());

  it("answers a question for JSON with a plan about its topic, the same question with the same plan", async () => {
    const content = await ask("Topic: PostgreSQL indexes\nSkill level: beginner");
    const plan = JSON.parse(content ?? "") as Plan;
    expect(plan.modules.map(({ tasks }) => tasks.length)).toEqual([3, 3, 3]);
    for (const { title, tasks } of plan.modules)
      for (const text of [title, ...tasks.map((task) => task.title)])
        expect(text).toMatch(/ PostgreSQL indexes$/);
    expect(await ask("Topic: PostgreSQL indexes\nSkill level: beginner")).toBe(content);
    expect(await ask('{"topic":"the \\"art\\" of war","skillLevel":"advanced"}')).toContain(
      JSON.stringify('of the "art" of war').slice(1, -1),
    );
  });

  it("refuses a wrong key, an unknown field and a stream in OpenAI's form", async () => {
    await expect(client("wrong").models.list()).rejects.toMatchObject({
      status: 401,
      code: "invalid_api_key",
    });
    const messages = [{ role: "user" as const, content: "hello" }];
    await expect(
      client(cloud.token).chat.completions.create({ model: "any", messages, stream: true }),
    ).rejects.toMatchObject({ status: 400, param: "stream" });
    await expect(
      client(cloud.token).post("/chat/completions", { body: { model: "any", messages, modle: 1 } }),
    ).rejects.toThrow("Unrecognized request argument supplied: modle");
  });
});
