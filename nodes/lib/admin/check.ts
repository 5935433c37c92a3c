import type { NodeAPI } from "node-red";
import { checkServer } from "../../../src/check-server";
import type { Handler } from "./answer";
import { describeFailure } from "./failure";
import { readField, readReach } from "./form";
import { readFormToken } from "./form-token";

/** The route that tells whether the form's settings work. */
export function checkHandler(RED: NodeAPI): Handler {
  return async (form, { signal }) => {
    const url = readField(RED, form, "url");
    const { clientIdentifier, tls, proxy } = readReach(RED, form);
    const { value: token } = readFormToken(RED, form, url);
    const result = await checkServer({ url, token, clientIdentifier, tls, proxy, signal });
    if (!("error" in result)) return result;
    const { error, detail, ...rest } = result;
    return { error: describeFailure(error, detail), ...rest };
  };
}
