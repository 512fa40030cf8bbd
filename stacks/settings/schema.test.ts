import { expect, it } from "vitest";
import { settingsSchemaOf } from "./schema.ts";
import { shop, shopFile } from "./test-application.ts";

it("refuses a key that the settings do not know, and names it", () => {
  const settings = shopFile("staging");
  const { error } = settingsSchemaOf(shop).safeParse({
    ...settings,
    fly: { ...(settings["fly"] as object), regoin: "fra" },
  });
  expect(error?.issues).toMatchObject([{ path: ["fly"], message: 'Unrecognized key: "regoin"' }]);
});
