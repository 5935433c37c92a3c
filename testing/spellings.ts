import assert from "node:assert/strict";

/** The part of a secret's Base64 that does not depend on what stands before and behind it, for each place it may start. */
function base64Cores(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const packed = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]).toString("base64");
    const whole = Math.floor((offset + secret.length) / 3) * 4;
    const core = packed.slice(offset === 0 ? 0 : 4, whole);
    return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** The ways in which a secret could be written down, in lower case: host names and hex may be in any. */
function spellingsOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString("hex");
  const percent = hex.replace(/../g, "%$&");
  const plain = [secret, encodeURIComponent(secret), encodeURI(secret), JSON.stringify(secret).slice(1, -1)];
  return [...plain, ...base64Cores(secret), hex, percent].map((spelling) => spelling.toLowerCase());
}

/** Fails where a text holds one of the secrets, spelled in any usual way. */
export function assertUntold(text: string, secrets: readonly string[], where: string): void {
  const lower = text.toLowerCase();
  for (const spelling of new Set(secrets.flatMap(spellingsOf))) {
    const at = lower.indexOf(spelling);
    assert.equal(at, -1, `${where} got a secret: …${text.slice(Math.max(at - 200, 0), at + 100)}…`);
  }
}
