package org.signonflow.journal;

import java.time.Instant;

/**
 * An object found in PingOne that an unfinished call may have made.
 *
 * @param id        its id in PingOne
 * @param createdAt when PingOne says it was made; null where PingOne does not say
 * @param certain   whether nothing else can have made it: it carries our reference, or lives in an object that this instance made
 */
public record Candidate(String id, Instant createdAt, boolean certain) {

    /** An object that only this instance can have made. */
    public static Candidate certain(String id) {
        return new Candidate(id, null, true);
    }

    /** An object that looks like ours; whether it is, depends on when it was made. */
    public static Candidate likely(String id, Instant createdAt) {
        return new Candidate(id, createdAt, false);
    }
}
