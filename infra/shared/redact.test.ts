import { expect, it } from "vitest";
import { redactor } from "./redact.ts";

it("takes a secret out in each form in which programs write it, and the password of an address", () => {
  const clean = redactor(['key "of" all', "postgres://app:word%2Fof-app@db.example.com/x", "", "short"]);
  expect(clean('a key "of" all, {"key":"key \\"of\\" all"}, key%20%22of%22%20all')).toBe(
    'a [secret], {"key":"[secret]"}, [secret]',
  );
  expect(clean("postgres://app:word%2Fof-app@db.example.com/x word%2Fof-app word/of-app")).toBe(
    "[secret] [secret] [secret]",
  );
  expect(clean("a short text")).toBe("a short text");
});
