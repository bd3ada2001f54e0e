import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { describeImapFailure, ImapRefusal } from "./imap-failure.ts";
import { connectImap, IMAP_LIMITS, type ImapSource } from "./imap-source.ts";
import { TEST_CERTIFICATE } from "./smtp-test-certificate.ts";

const WHERE = { host: "imap.agence.example", port: 993, folder: "Support" };

test.each([
  [{ code: "ENOTFOUND" }, "There is no host imap.agence.example, as far as this machine's DNS knows."],
  [{ code: "ECONNREFUSED" }, "imap.agence.example:993 refused the connection."],
  [{ code: "CONNECT_TIMEOUT" }, "imap.agence.example:993 did not answer in time."],
  [
    { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    "The certificate of imap.agence.example:993 is not for imap.agence.example.",
  ],
  [{ code: "CERT_HAS_EXPIRED" }, "The certificate of imap.agence.example:993 has expired."],
  [{ code: "SELF_SIGNED_CERT_IN_CHAIN" }, /issued by somebody whom this machine does not trust/],
  [
    { authenticationFailed: true, response: "3 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)." },
    "imap.agence.example refused the user name or password (it says: [AUTHENTICATIONFAILED] Invalid credentials (Failure)).",
  ],
  [{ mailboxMissing: true }, "There is no folder Support."],
  [
    { serverResponseCode: "OVERQUOTA", responseText: "Quota exceeded\u0007\n(mailbox for user is full)" },
    "The mailbox is over its quota (it says: Quota exceeded (mailbox for user is full)).",
  ],
  [new ImapRefusal("no-password"), "No password is set for it."],
  [new ImapRefusal("broken-off"), "imap.agence.example:993 broke off the connection."],
  [new Error("Who knows"), "imap.agence.example:993 did not do what was asked: Who knows."],
  ["odd", "imap.agence.example:993 did not do what was asked: odd."],
])("%j is put into words", (error, sentence) => {
  const said = describeImapFailure(error, WHERE);
  if (typeof sentence === "string") expect(said.sentence).toBe(sentence);
  else expect(said.sentence).toMatch(sentence);
  expect(said.advice).toMatch(/\.$/);
});

const SOURCE: ImapSource = {
  ...{ host: "127.0.0.1", port: 0, security: "tls", user: "u", secret: { password: "s3cret" } },
  ...{ folder: "INBOX", takenFolder: null, since: null, historyFrom: null, oauth: null },
};

async function failureOf(source: ImapSource): Promise<string> {
  const limits = { ...IMAP_LIMITS, connectMs: 2_000 };
  const failure = await connectImap(source, { limits }).then(
    () => null,
    (error: unknown) => describeImapFailure(error, source),
  );
  expect(JSON.stringify(failure)).not.toContain("s3cret");
  return failure?.sentence ?? "it connected";
}

test("a certificate that nobody vouches for is refused, before the password is said", async () => {
  const heard: string[] = [];
  const server = createTlsServer(TEST_CERTIFICATE, (socket) => {
    socket.on("error", () => {}).on("data", (data) => heard.push(String(data)));
    socket.write("* OK ready\r\n");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await failureOf({ ...SOURCE, port })).toMatch(/does not trust|is not for/);
  expect(heard).toEqual([]);
});

test.each([
  ["offers no STARTTLS", "CAPABILITY IMAP4rev1", "starttls"],
  ["speaks no TLS at all", "CAPABILITY IMAP4rev1", "tls"],
] as const)("a server that %s gets no password", async (_, capability, security) => {
  const heard: string[] = [];
  const server = createTcpServer((socket) => {
    socket.on("error", () => {}).write(`* OK [${capability}] ready\r\n`);
    socket.on("data", (data) => {
      heard.push(String(data));
      const [tag] = String(data).split(" ");
      socket.write(`* ${capability}\r\n${tag} BAD no\r\n`);
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await failureOf({ ...SOURCE, port, security })).toMatch(/did not agree on TLS|broke off|did not do what/);
  expect(heard.join("")).not.toMatch(/LOGIN|AUTHENTICATE|s3cret/);
});
