import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { apiClientsSchema } from "./known-keys.ts";
import { hashOf } from "./api-key.ts";

/** `npm run api-key -- NAME OWNER FILE`: writes a new key into FILE, for the client, and prints what the web gets of it. */
const [name = "", owner = "", file = ""] = process.argv.slice(2);
const key = randomBytes(32).toString("base64url");
const entry = `${name}:${owner}:${hashOf(key)}`;
const { success } = apiClientsSchema.safeParse(entry);
if (!success || file === "") {
  process.stderr.write(
    "usage: npm run api-key --workspace src -- NAME OWNER FILE, such as: shop ada@example.com shop.key\n",
  );
  process.exit(2);
}
writeFileSync(file, `${key}\n`, { mode: 0o600, flag: "wx" });
process.stdout.write(`${entry}\n`);
