/** A result that puts more on the message than itself. */
export class Result {
  constructor(
    readonly value: unknown,
    /** `msg.statusCode`. */
    readonly statusCode: number,
    /** `msg.contentType`, which is removed for null and left alone for undefined. */
    readonly contentType?: string | null,
  ) {}
}
