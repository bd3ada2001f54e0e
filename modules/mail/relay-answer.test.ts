import { expect, test } from "vitest";
import { readFailure } from "./relay-answer.ts";

function outcomeOf(command: string, response: string): string {
  const code = command === "DATA" ? "EMESSAGE" : "EENVELOPE";
  const error = Object.assign(new Error(response), {
    code,
    command,
    response,
    responseCode: Number.parseInt(response),
  });
  return readFailure(error).outcome;
}

test.each([
  ["RCPT TO", "550 5.1.1 User unknown"],
  ["RCPT TO", "550-5.1.1 The account does not exist.\n550 5.1.1 Look again."],
  ["RCPT TO", "550 5.1.10 Recipient not found"],
  ["RCPT TO", "552 5.2.2 Mailbox full"],
  ["RCPT TO", "554 5.2.1 Mailbox disabled"],
  ["DATA", "554 5.6.0 Malformed"],
  ["DATA", "552 5.3.4 Message too big"],
  ["RCPT TO", "550 No such user"],
  ["RCPT TO", "551 Not local"],
  ["DATA", "552 Too much"],
  ["RCPT TO", "553 Bad name"],
])("%s %s speaks of this mail: refused", (command, response) => {
  expect(outcomeOf(command, response)).toBe("refused");
});

test.each([
  ["RCPT TO", "554 5.7.1 <zoe@agence.be>: Relay access denied"],
  ["RCPT TO", "550 5.7.1 Sender not authorised"],
  ["RCPT TO", "550 5.7.60 Client lacks permission to send as this sender"],
  ["DATA", "550 5.7.26 Unauthenticated mail"],
  ["RCPT TO", "553 5.1.8 Sender address rejected: Domain not found"],
  ["RCPT TO", "550 5.1.7 Bad sender"],
  ["RCPT TO", "550 5.4.1 Access denied"],
  ["DATA", "554 5.3.0 Other"],
  ["RCPT TO", "503 5.5.1 Bad sequence"],
  ["RCPT TO", "530 5.7.0 Must issue STARTTLS first"],
  ["RCPT TO", "530 Authentication required"],
  ["RCPT TO", "535 Bad login"],
  ["DATA", "554 Transaction failed"],
  ["RCPT TO", "450 4.1.1 Unverified"],
  ["RCPT TO", "550 4.1.1 Contradicts itself"],
  ["MAIL FROM", "550 5.1.1 Not yours"],
  ["MAIL FROM", "553 No"],
  ["EHLO", "550 5.1.1 Go away"],
  ["AUTH PLAIN", "535 5.7.8 Bad login"],
])("%s %s can be mended: deferred, with its words", (command, response) => {
  expect(outcomeOf(command, response)).toBe("deferred");
});
