import { expect, it } from "vitest";
import { withoutComments } from "./comments.ts";

it.each([
  ["new -- the row\n.slug", "new  \n.slug"],
  ["alias/* of /* inner */ */for new", "alias for new"],
  ["'-- no /* comment'", "'-- no /* comment'"],
  ['"a--b"/**/', '"a--b" '],
  ["'it''s' -- x", "'it''s'  "],
  ["a /* never closed", "a  "],
])("takes comments out of SQL, and leaves texts and names: %j", (sql, expected) => {
  expect(withoutComments(sql)).toBe(expected);
});
