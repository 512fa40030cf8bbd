import { testKey, trustIn } from "@rollout/infra/rollout/records/test-keys";
import { chooseSigner, signatureFault, withSignature } from "@rollout/infra/rollout/records/signature";
import { describe, expect, it } from "vitest";
import { newKeyId, newKeyPair, withNewKey } from "./new-key.ts";

describe("a new key", () => {
  it("signs what its public key verifies, and what no other does", () => {
    const { publicKey, privateKey } = newKeyPair();
    const trust = { keys: [{ id: "staging-1", key: publicKey }] };
    const message = withSignature('{"a":1}', chooseSigner([privateKey], 1, trust, "staging"));
    expect(signatureFault(message, 1, trust)).toBeUndefined();
    expect(signatureFault(message, 1, trustIn(testKey("staging-1")))).toMatch(
      /^has a signature that is not one of/,
    );
    expect(signatureFault(message.replace("1", "2"), 1, trust)).toMatch(
      /^has a signature that is not one of/,
    );
  });

  it("takes over from the one before, which stays for what it has signed", () => {
    const { key } = testKey("a");
    const [one, prod] = [
      { id: "staging-1", stack: "staging", key },
      { id: "prod-1", stack: "prod", key },
    ];
    const added = { id: "staging-2", stack: "staging", key };
    expect(withNewKey([], one, 0)).toEqual([one]);
    expect(withNewKey([one, prod], added, 7)).toEqual([{ ...one, until: 7 }, prod, { ...added, from: 8 }]);
    expect(
      withNewKey(
        [
          { ...one, until: 3 },
          { ...added, from: 8 },
        ],
        { ...added, id: "staging-3" },
        7,
      ),
    ).toEqual([
      { ...one, until: 3 },
      { ...added, id: "staging-3", from: 8 },
    ]);
  });

  it("has a name of its own", () => {
    const { key } = testKey("a");
    expect(newKeyId([], "staging")).toBe("staging-1");
    expect(newKeyId([{ id: "prod-4", stack: "prod", key }], "staging")).toBe("staging-1");
    expect(newKeyId([{ id: "staging-of-sandbox", stack: "staging", key }], "staging")).toBe("staging-2");
    expect(newKeyId([{ id: "staging-4", stack: "staging", key }], "staging")).toBe("staging-5");
  });
});
