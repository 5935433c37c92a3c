import type { NodeAPI } from "node-red";
import { checkServer } from "../../../../src/check-server";
import { isClaimToken, readServerUrl, readToken } from "../../../../src/settings";
import { readConnectionSettings, readField, readFormToken, readSetting } from "../form";
import { createErrorReply, type Handler } from "../http";

/** The route that tells whether the form's settings work. */
export function testHandler(RED: NodeAPI): Handler {
  return async (form, { signal }) => {
    const url = readField(RED, form, "url");
    const { clientIdentifier, tls, proxy, timeout } = readConnectionSettings(RED, form);
    readSetting("url", () => readServerUrl(url));
    const { value: token } = readFormToken(RED, form, url);
    if (!isClaimToken(token)) readSetting("token", () => readToken(token));
    const result = await checkServer({ url, token, clientIdentifier, tls, proxy, timeout, signal });
    if (!("error" in result)) return result;
    const { error, detail, ...rest } = result;
    return { error: createErrorReply(error, detail), ...rest };
  };
}
