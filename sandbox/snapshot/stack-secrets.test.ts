import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeSecrets, deriveKey, stackSecrets } from "./stack-secrets.ts";

const key = createHash("sha256").update("a key of tests").digest();
const secrets = stackSecrets(key);

describe("secrets of a stack", () => {
  it("are read as they were written, and are never written the same way twice", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (plain) => {
        const [one, other] = [secrets.encrypt(plain), secrets.encrypt(plain)];
        expect(one).not.toBe(other);
        expect([secrets.decrypt(one), secrets.decrypt(other)]).toEqual([plain, plain]);
      }),
    );
  });

  it("are refused with another key, and after a change", () => {
    const sealed = secrets.encrypt("a secret");
    const others = stackSecrets(createHash("sha256").update("another").digest());
    expect(() => others.decrypt(sealed)).toThrow();
    expect(() => secrets.decrypt(`${sealed.slice(0, -6)}AAAA==`)).toThrow();
    expect(() => secrets.decrypt("v2:a:b")).toThrow("expected v1:NONCE:TEXT");
  });

  it("change in any text around them, and keep their ciphertext where their plain text stays", () => {
    const quiet = fc.string({ unit: fc.constantFrom("a", " ", '"', "\n", "{") });
    fc.assert(
      fc.property(quiet, fc.string(), fc.string(), quiet, (before, one, other, after) => {
        const [first, second] = [secrets.encrypt(one), secrets.encrypt(`keep ${other}`)];
        const text = `${before} "${first}", secure: ${second}\n${after}`;
        const changed = changeSecrets(text, secrets, (plain) => (plain === one ? `${plain}!` : plain));
        expect(changed).toContain(second);
        const [found = ""] = /v1:[^"]+/.exec(changed.slice(before.length)) ?? [];
        expect(secrets.decrypt(found)).toBe(`${one}!`);
      }),
    );
  });

  it("are not mistaken for the stack's salt", () => {
    const salt = "encryptionsalt: v1:Adig611i2Do=:v1:bJfRRukmMrX1526+:Z/NsoyC3bQ0Ab7HSfBjLSoOvoZ8bWg==";
    expect(changeSecrets(salt, secrets, () => "other")).toBe(salt);
  });

  it("are read with the key that the engine derives from the passphrase", async () => {
    // Both as the engine wrote them for a sandbox that is gone; behind the salt it encrypts a word of its own.
    const passphrase = "4pal8eK4QpIZIZRduqSxdgVMsCOdLYBP";
    const salt = "v1:Adig611i2Do=:v1:bJfRRukmMrX1526+:Z/NsoyC3bQ0Ab7HSfBjLSoOvoZ8bWg==";
    const check = salt.split(":").slice(2).join(":");
    expect(stackSecrets(await deriveKey(passphrase, salt)).decrypt(check)).toBe("pulumi");
    await expect(deriveKey(passphrase, "v2:x")).rejects.toThrow("expected v1:SALT");
  });
});
