import { expect, it } from "vitest";
import { limitModules } from "./draft-plan.ts";

it("asks for no more modules than the limit, and leaves out what the model answers beyond", async () => {
  const asked: string[] = [];
  const modules = ["One", "Two", "Three"].map((title) => ({ title, tasks: [{ title: "Do it" }] }));
  const draftPlan = limitModules(2, async (instructions) => {
    asked.push(instructions);
    return { modules };
  });
  const plan = await draftPlan("Write a plan.", "Topic: Knots", new AbortController().signal);
  expect(asked).toEqual(["Write a plan. Never make more than 2 modules."]);
  expect(plan.modules).toEqual(modules.slice(0, 2));
});
