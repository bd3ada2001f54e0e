// The one part of mailauth that comes without types.
declare module "mailauth/lib/dkim/dkim-verifier.js" {
  import type { Writable } from "node:stream";
  import type { ARCData } from "mailauth";

  type Tag = { value?: unknown };
  export type SignatureHeader = {
    type: "DKIM" | "ARC";
    parsed?: Record<string, Tag>;
    /** Set: why it is left out of the results. */
    skip?: string;
    /** Set: why it is not verified. */
    invalid?: string;
    signingDomain: string;
    selector: string;
  };
  export type SignatureResult = {
    signingDomain?: string;
    bodyHash?: string;
    bodyHashExpecting?: string;
    status: { result: string; comment?: string | false; underSized?: number };
  };
  export class DkimVerifier extends Writable {
    constructor(options: {
      resolver: (name: string, type: string) => Promise<unknown>;
      sender?: string;
      curTime?: Date;
      minBitLength?: number;
    });
    signatureHeaders: SignatureHeader[];
    results: SignatureResult[];
    arc: ARCData;
    prepareSignature(header: SignatureHeader): void;
    finalChunk(): Promise<void>;
  }
}
