import { type FailureDetail, notConfigured, type PlexError } from "../../../../src/errors";
import { asPlexError } from "../../../../src/own-fault";

/** A finer kind of failure that the editor has a sentence of its own for. */
export type ErrorDetail =
  | FailureDetail
  | "secure-required"
  | "certificate-name"
  | "claim-token"
  | "transient-token"
  | "token-elsewhere"
  | "token-revoked"
  | "base-path"
  | "variable-unset"
  | "setting-refused"
  | "not-deployed"
  | "in-subflow"
  | "session-unknown";

/** The field of the form that a failure is about, and the environment variable that it refers to. */
export interface FailedSetting {
  readonly setting: string;
  readonly variable?: string;
}

/** A failure with such a detail. */
export class DetailedError extends Error {
  constructor(
    readonly error: PlexError,
    readonly detail: ErrorDetail,
    readonly failed?: FailedSetting,
  ) {
    super(error.message);
  }
}

/** What the editor gets to know of a failure: nothing that a server sent, and no stack. */
export interface ErrorReply extends Partial<FailedSetting> {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly detail?: ErrorDetail;
  /** Origin of another web server that a redirect leads to. */
  readonly target?: string;
}

/** A node of that id does not run yet, so its settings cannot be used. */
export function notDeployed(what: string): DetailedError {
  return new DetailedError(
    notConfigured(`The ${what} does not run: it is not deployed yet, or disabled.`, "Deploy it, then try again."),
    "not-deployed",
  );
}

/** A node of that id never runs: it is the model for those of the subflow's instances. */
export function inSubflow(what: string): DetailedError {
  return new DetailedError(
    notConfigured(
      `The ${what} is inside a subflow: only its copies in the subflow's instances run.`,
      "Enter the values by hand, or move the node out of the subflow and deploy.",
    ),
    "in-subflow",
  );
}

/** What Plex answers to a token that was good once (seen at plex.tv after a changed password). */
const revoked = 422;

/** What to tell the editor of whatever was thrown. */
export function createErrorReply(thrown: unknown, detail?: ErrorDetail): ErrorReply {
  if (thrown instanceof DetailedError) return { ...createErrorReply(thrown.error, thrown.detail), ...thrown.failed };
  const error = asPlexError(thrown);
  const { code, message, hint, statusCode, redirectTarget: target } = error;
  const itsDetail = detail ?? error.detail ?? (statusCode === revoked ? "token-revoked" : undefined);
  return { code, message, hint, ...(itsDetail && { detail: itsDetail }), ...(target !== undefined && { target }) };
}
