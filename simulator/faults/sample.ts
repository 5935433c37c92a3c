/** A token that no server accepts, for bodies that only look right. */
export const SAMPLE_TOKEN = "transient-00000000-0000-4000-8000-000000000000";

/** A whole, right JSON body of /security/token. */
export const SAMPLE_JSON = JSON.stringify({ MediaContainer: { size: 0, token: SAMPLE_TOKEN } });

/** A whole, right XML body of /security/token. */
export const SAMPLE_XML = `<?xml version="1.0" encoding="UTF-8"?>\n<MediaContainer size="0" token="${SAMPLE_TOKEN}"></MediaContainer>\n`;

/** How long sent bytes are given to reach the client before the connection is broken. */
export const ARRIVAL_TIME = 30;
