import { expect, it } from "vitest";
import { newProject } from "./project-routes.ts";
import { isProtected } from "./protection.ts";
import type { Alias, Deployment } from "./state.ts";

const project = { ...newProject("web", "team_a"), ssoProtection: null };
const standard = { ...project, ssoProtection: { deploymentType: "all_except_custom_domains" as const } };
const production = { target: "production" } as Deployment;
const alias = (name: string): Alias => ({ alias: name }) as Alias;

it("leaves the project's own production domain open under standard protection, and no other alias", () => {
  expect(isProtected(standard, production, alias("web.vercel.app"))).toBe(false);
  expect(isProtected(standard, production, alias("web-by-hand.vercel.app"))).toBe(true);
  expect(isProtected(standard, production, alias("atlaris.example"))).toBe(true);
  expect(isProtected(standard, production, undefined)).toBe(true);
  expect(isProtected(project, production, undefined)).toBe(false);
});
