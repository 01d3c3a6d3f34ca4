// A telephone with an authenticator app (RFC 6238): it takes in the secret that a page shows.

import { createHmac } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP = 30;

export class Authenticator {
  private readonly secret: Buffer;

  /** Takes in a secret as it is typed: `ABCD EFGH …`. */
  constructor(shown: string) {
    const letters = [...shown].filter((letter) => LETTERS.includes(letter));
    const bits = letters.map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
    const bytes = bits.match(/.{8}/g) ?? [];
    this.secret = Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
  }

  /** What it shows `later` steps of 30 seconds from now; a code works once, and a step early is early enough. */
  code(later = 0): string {
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP) + later));
    const hash = createHmac("sha1", this.secret).update(step).digest();
    const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, "0");
  }
}
